package io.heed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are the old one or the new one, whole. */
class AtomicFileTest {

    @TempDir
    private Path folder;

    private static void write(Path file, String content) {
        AtomicFile.write(file, out -> out.write(content.getBytes(UTF_8)));
    }

    @Test
    void a_new_file_holds_what_was_written_and_nothing_lies_beside_it() {
        Path file = folder.resolve("file");
        write(file, "new");
        assertThat(file).hasContent("new");
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
    }

    @Test
    void an_old_file_is_replaced_by_a_shorter_one() {
        Path file = folder.resolve("file");
        write(file, "a long content");
        write(file, "short");
        assertThat(file).hasContent("short");
    }

    @Test
    void missing_folders_are_made() {
        write(folder.resolve("a/b/file"), "deep");
        assertThat(folder.resolve("a/b/file")).hasContent("deep");
    }

    @Test
    void what_a_run_that_died_left_over_is_written_over() throws IOException {
        Path file = folder.resolve("file");
        Files.writeString(folder.resolve(".file.tmp"), "half of something much longer");
        write(file, "new");
        assertThat(file).hasContent("new");
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
    }

    @Test
    void a_writer_that_fails_leaves_the_old_file_and_nothing_beside_it() {
        Path file = folder.resolve("file");
        write(file, "old");
        assertThatThrownBy(() -> AtomicFile.write(file, out -> {
                    out.write(new byte[100]);
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(HeedException.class)
                .hasMessage("cannot write " + file + ": No space left on device; choose a folder that can be written");
        assertThat(file).hasContent("old");
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
    }

    @Test
    void a_writer_with_a_bug_leaves_the_old_file_and_nothing_beside_it() {
        Path file = folder.resolve("file");
        write(file, "old");
        assertThatThrownBy(() -> AtomicFile.write(file, out -> {
                    out.write(new byte[100]);
                    throw new IllegalStateException("a bug");
                }))
                .hasMessage("a bug");
        assertThat(file).hasContent("old");
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
    }

    @Test
    void a_folder_in_place_of_the_file_is_told_and_left_alone() {
        Path file = folder.resolve("file");
        write(file.resolve("inside"), "x");
        assertThatThrownBy(() -> write(file, "new"))
                .isInstanceOf(HeedException.class)
                .hasMessageStartingWith("cannot write " + file + ": ");
        assertThat(file.resolve("inside")).hasContent("x");
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
    }

    @Test
    void a_file_in_place_of_the_folder_is_told_and_left_alone() {
        Path file = folder.resolve("file");
        write(file, "old");
        assertThatThrownBy(() -> write(file.resolve("inside"), "new"))
                .isInstanceOf(HeedException.class)
                .hasMessageStartingWith("cannot write " + file.resolve("inside") + ": ");
        assertThat(file).hasContent("old");
    }

    /** A program that is killed while it writes. */
    static final class Slow {
        private Slow() {}

        public static void main(String[] arguments) {
            Runtime.getRuntime().addShutdownHook(new Thread(AtomicFile::discardUnfinished)); // as the program does
            AtomicFile.write(Path.of(arguments[0]), out -> {
                out.write(new byte[100]);
                for (int second = 0; second < 60; second++) {
                    LockSupport.parkNanos(1_000_000_000);
                }
            });
        }
    }

    @Test
    void a_program_that_is_ended_by_a_signal_leaves_the_old_file_and_nothing_beside_it() throws Exception {
        Path file = folder.resolve("file");
        write(file, "old");
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Slow.class.getName(),
                        file.toString())
                .start();
        try {
            Path temporary = folder.resolve(".file.tmp");
            while (program.isAlive() && !(Files.exists(temporary) && Files.size(temporary) > 0)) {
                LockSupport.parkNanos(10_000_000);
            }
            assertThat(temporary).exists();
            assumeThat(program.supportsNormalTermination()).isTrue(); // elsewhere no program hears of its end
            program.destroy();
            assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            program.destroyForcibly();
        }
        assertThat(file).hasContent("old");
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
    }
}
