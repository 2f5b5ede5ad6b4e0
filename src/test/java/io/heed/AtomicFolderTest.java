package io.heed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that are whole or not there. */
class AtomicFolderTest {

    @TempDir
    private Path folder;

    private static void fill(Path made) {
        AtomicFile.writeText(made.resolve("first"), "1");
        AtomicFile.writeText(made.resolve("deep/second"), "2");
    }

    private void assertWholeAndAlone(Path made) {
        assertThat(made.resolve("first")).hasContent("1");
        assertThat(made.resolve("deep/second")).hasContent("2");
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(made));
    }

    @Test
    void a_new_folder_holds_what_was_written_and_nothing_lies_beside_it() {
        Path made = folder.resolve("made");
        AtomicFolder.create(made, temporary -> {
            fill(temporary);
            assertThat(made).doesNotExist();
        });
        assertWholeAndAlone(made);
    }

    @Test
    void folders_above_are_made() {
        AtomicFolder.create(folder.resolve("a/b/made"), AtomicFolderTest::fill);
        assertThat(folder.resolve("a/b/made/deep/second")).hasContent("2");
    }

    @Test
    void a_folder_that_came_to_be_meanwhile_stays_as_it_is() {
        Path made = folder.resolve("made");
        assertThatThrownBy(() -> AtomicFolder.create(made, temporary -> {
                    fill(temporary);
                    AtomicFile.writeText(made.resolve("other"), "another's");
                }))
                .isInstanceOf(HeedException.class)
                .hasMessageStartingWith("cannot write " + made + ": ");
        assertThat(made).isDirectoryNotContaining(path -> !path.endsWith("other"));
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(made));
    }

    @Test
    void what_fails_leaves_nothing() {
        assertThatThrownBy(() -> AtomicFolder.create(folder.resolve("made"), temporary -> {
                    fill(temporary);
                    throw new IllegalStateException("a bug");
                }))
                .hasMessage("a bug");
        assertThat(folder).isEmptyDirectory();
    }

    /** What is removed because the program is told to end may still be written to by a thread that goes on. */
    @Test
    void a_folder_of_which_some_was_removed_gets_no_name() {
        assertThatThrownBy(() -> AtomicFolder.create(folder.resolve("made"), temporary -> {
                    AtomicFile.writeText(temporary.resolve("first"), "1");
                    AtomicFile.discardUnfinished();
                    AtomicFile.writeText(temporary.resolve("deep/second"), "2");
                }))
                .isInstanceOf(HeedException.class);
        assertThat(folder).isEmptyDirectory();
    }

    /** In file systems in memory, each a little larger than the one before. */
    @Test
    void a_full_disk_of_any_size_holds_all_of_it_or_nothing() throws IOException {
        int whole = 0;
        for (int blocks = 1; blocks <= 12; blocks++) {
            Configuration size = Configuration.unix().toBuilder()
                    .setMaxSize(blocks * 1024L)
                    .setBlockSize(1024)
                    .build();
            try (FileSystem disk = Jimfs.newFileSystem(size)) {
                Path models = Files.createDirectory(disk.getPath("/models"));
                Path made = models.resolve("made");
                boolean full = false;
                try {
                    AtomicFolder.create(made, temporary -> {
                        for (int i = 0; i < 6; i++) {
                            AtomicFile.writeText(temporary.resolve("file" + i), "x".repeat(1000));
                        }
                    });
                    whole++;
                } catch (HeedException e) {
                    full = true;
                    assertThat(e).hasMessageStartingWith("cannot write /models/");
                }
                try (var left = Files.walk(models)) {
                    assertThat(left.count()).as("%d blocks", blocks).isEqualTo(full ? 1 : 1 + 1 + 6);
                }
            }
        }
        assertThat(whole).isBetween(1, 11);
    }

    /** A program that writes half a folder and the rest once it is told to. */
    static final class Slow {
        private Slow() {}

        public static void main(String[] arguments) {
            Runtime.getRuntime().addShutdownHook(new Thread(AtomicFile::discardUnfinished)); // as the program does
            AtomicFolder.create(Path.of(arguments[0]), temporary -> {
                AtomicFile.writeText(temporary.resolve("first"), "1");
                HalfDone.waitToGoOn();
                AtomicFile.writeText(temporary.resolve("deep/second"), "2");
            });
        }
    }

    @Test
    void a_program_that_is_ended_by_a_signal_leaves_nothing() throws Exception {
        Process program = HalfDone.start(Slow.class, folder.resolve("made"));
        try {
            assertThat(folder).isNotEmptyDirectory();
            assumeThat(program.supportsNormalTermination()).isTrue(); // elsewhere no program hears of its end
            program.destroy();
            HalfDone.waitFor(program);
        } finally {
            program.destroyForcibly();
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void what_a_killed_program_left_is_cleared_by_the_next_that_makes_the_folder() throws Exception {
        Path made = folder.resolve("made");
        Process program = HalfDone.start(Slow.class, made);
        program.destroyForcibly();
        HalfDone.waitFor(program);
        assertThat(made).doesNotExist();
        assertThat(folder).isDirectoryContaining(Files::isDirectory);
        AtomicFolder.create(made, AtomicFolderTest::fill);
        assertWholeAndAlone(made);
    }

    @Test
    void what_another_program_is_making_is_left_alone_and_comes_to_its_end() throws Exception {
        Path made = folder.resolve("made");
        Process program = HalfDone.start(Slow.class, made);
        try {
            AtomicFile.writeText(folder.resolve("mine"), "beside it");
            Files.delete(folder.resolve("mine"));
            HalfDone.goOn(program);
            HalfDone.waitFor(program);
            assertThat(program.exitValue()).isZero();
        } finally {
            program.destroyForcibly();
        }
        assertWholeAndAlone(made);
    }

    @Test
    void a_folder_whose_program_lost_its_lock_is_cleared() throws IOException {
        Path left = Files.createDirectory(folder.resolve(".heed-0123456789abcdef.new"));
        Path mine = Files.createDirectory(folder.resolve(".heed-mine.new"));
        Files.writeString(left.resolve("first"), "1");
        Path made = folder.resolve("made");
        AtomicFolder.create(made, AtomicFolderTest::fill);
        assertThat(left).doesNotExist();
        assertThat(mine).exists();
    }
}
