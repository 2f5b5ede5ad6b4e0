package io.heed.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Where the lines of a session are remembered. */
class InputHistoryTest {

    @TempDir
    private Path folder;

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void nobody_else_reads_what_was_typed() throws IOException {
        Path file = InputHistory.in(folder.resolve("state/heed"));
        assertThat(file).isNotNull();
        assertThat(permissions(file)).isEqualTo("rw-------");
        assertThat(permissions(file.getParent())).isEqualTo("rwx------");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void a_file_that_others_could_read_is_kept_and_closed_to_them() throws IOException {
        Path file = Files.writeString(folder.resolve("history"), "the cat\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(InputHistory.in(folder)).isEqualTo(file).hasContent("the cat\n");
        assertThat(permissions(file)).isEqualTo("rw-------");
    }

    @Test
    void there_is_none_where_it_cannot_be() throws IOException {
        Files.createDirectory(folder.resolve("history"));
        assertThat(InputHistory.in(folder)).isNull();
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThat(InputHistory.in(file)).isNull();
    }
}
