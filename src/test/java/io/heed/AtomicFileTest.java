package io.heed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
    void a_link_under_any_name_that_could_be_foreseen_is_not_followed() throws IOException {
        Path victim = Files.writeString(folder.resolve("victim"), "precious");
        Path file = folder.resolve("file");
        for (String name :
                List.of("file", ".file.tmp", ".file", "file.tmp", ".heed.tmp", ".heed-0000000000000000.tmp")) {
            Files.createSymbolicLink(folder.resolve(name), victim);
        }
        write(file, "new");
        assertThat(file).hasContent("new");
        assertThat(Files.isSymbolicLink(file)).isFalse();
        assertThat(victim).hasContent("precious");
    }

    @Test
    void no_two_writers_share_a_temporary_file() {
        Path file = folder.resolve("file");
        AtomicFile.write(file, out -> {
            out.write("the first".getBytes(UTF_8));
            out.flush();
            write(file, "the second, which is longer");
            assertThat(file).hasContent("the second, which is longer");
            out.write(" and its end".getBytes(UTF_8));
        });
        assertThat(file).hasContent("the first and its end");
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
    }

    @Test
    void a_new_file_may_be_read_by_whom_any_new_file_may() throws IOException {
        Path plain = Files.createFile(folder.resolve("plain"));
        assumeThat(plain.getFileSystem().supportedFileAttributeViews()).contains("posix");
        write(folder.resolve("file"), "new");
        assertThat(Files.getPosixFilePermissions(folder.resolve("file")))
                .isEqualTo(Files.getPosixFilePermissions(plain));
    }

    @Test
    void a_pipe_is_written_to_and_stays_one() throws Exception {
        Path pipe = folder.resolve("pipe");
        assumeThat(Files.isExecutable(Path.of("/usr/bin/mkfifo"))).isTrue();
        assertThat(new ProcessBuilder("/usr/bin/mkfifo", pipe.toString())
                        .start()
                        .waitFor())
                .isZero();
        CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> {
            try {
                return Files.readString(pipe);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        write(pipe, "through");
        assertThat(Files.readAttributes(pipe, BasicFileAttributes.class).isOther())
                .isTrue();
        assertThat(read.get(30, TimeUnit.SECONDS)).isEqualTo("through");
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(pipe));
    }

    @Test
    void a_link_to_a_device_is_replaced_like_any_other() throws IOException {
        Path device = Path.of("/dev/null");
        assumeThat(Files.exists(device)).isTrue();
        Path file = Files.createSymbolicLink(folder.resolve("file"), device);
        write(file, "new");
        assertThat(file).hasContent("new");
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
    void a_failure_names_what_its_user_knows_and_no_temporary_file() {
        Path file = folder.resolve("file");
        assertThatThrownBy(() -> AtomicFile.write(file, out -> {
                    throw new FileSystemException(only(folder).toString(), null, "Read-only file system");
                }))
                .hasMessageStartingWith("cannot write " + file + ": ")
                .hasMessageEndingWith(
                        folder.getFileName() + ": Read-only file system; choose a folder that can be written");
        assertThatThrownBy(() -> AtomicFile.write(file, out -> {
                    throw new NoSuchFileException(only(folder).toString()); // as /proc says
                }))
                .hasMessageStartingWith("cannot write " + file + ": no file can be created in ")
                .hasMessageNotContaining(".heed-");
    }

    private static Path only(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findFirst().orElseThrow().toRealPath();
        }
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

    /** A program that writes half a file and the rest once it is told to. */
    static final class Slow {
        private Slow() {}

        public static void main(String[] arguments) {
            Runtime.getRuntime().addShutdownHook(new Thread(AtomicFile::discardUnfinished)); // as the program does
            AtomicFile.write(Path.of(arguments[0]), out -> {
                out.write("half".getBytes(UTF_8));
                HalfDone.waitToGoOn();
                out.write(" and half".getBytes(UTF_8));
            });
        }
    }

    @Test
    void a_program_that_is_ended_by_a_signal_leaves_the_old_file_and_nothing_beside_it() throws Exception {
        Path file = folder.resolve("file");
        write(file, "old");
        Process program = HalfDone.start(Slow.class, file);
        try {
            assertThat(folder).isDirectoryContaining(path -> !path.equals(file));
            assumeThat(program.supportsNormalTermination()).isTrue(); // elsewhere no program hears of its end
            program.destroy();
            HalfDone.waitFor(program);
        } finally {
            program.destroyForcibly();
        }
        assertThat(file).hasContent("old");
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
    }

    @Test
    void what_a_killed_program_left_is_cleared_by_the_next_that_writes_there() throws Exception {
        Path file = folder.resolve("file");
        Process program = HalfDone.start(Slow.class, file);
        program.destroyForcibly();
        HalfDone.waitFor(program);
        assertThat(folder).isDirectoryContaining(path -> !path.equals(file));
        Path other = folder.resolve("other");
        write(other, "new");
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(other));
    }

    @Test
    void what_another_program_is_writing_is_left_alone_and_comes_to_its_end() throws Exception {
        Path file = folder.resolve("file");
        Process program = HalfDone.start(Slow.class, file);
        try {
            write(file, "new");
            assertThat(file).hasContent("new");
            HalfDone.goOn(program);
            HalfDone.waitFor(program);
            assertThat(program.exitValue()).isZero();
        } finally {
            program.destroyForcibly();
        }
        assertThat(file).hasContent("half and half");
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
    }

    @Test
    void hidden_files_of_others_stay() throws IOException {
        List<Path> others = List.of(folder.resolve(".heed-mine.tmp"), folder.resolve(".heed-0123456789abcdef"));
        for (Path other : others) {
            Files.writeString(other, "mine");
        }
        write(folder.resolve("file"), "new");
        assertThat(others).allSatisfy(other -> assertThat(other).hasContent("mine"));
    }
}
