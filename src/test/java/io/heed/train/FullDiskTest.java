package io.heed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.Device;
import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.config.RunConfig;
import io.heed.run.Progress;
import io.heed.run.RunCheckpoint;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full disk, or a folder that can no longer be written, ends a run with one sentence and leaves everything saved intact. */
class FullDiskTest {

    private static final int SIZES = 20;

    @TempDir
    private Path folder;

    /** Records the last step reported as saved. */
    private static final class Saved implements Progress {
        private int step;

        @Override
        public void saved(int now) {
            step = now;
        }
    }

    private static RunConfig config(TinyRun tiny) throws IOException {
        return tiny.config(
                "mine",
                "training.steps=40",
                "training.evaluate_every=2",
                "training.checkpoint_every=2",
                "training.keep=true");
    }

    /** Uses in-memory file systems, each a little larger than the one before. */
    @Test
    void twenty_full_disks_of_all_sizes() throws IOException {
        RunConfig config = config(new TinyRun(folder));
        List<Integer> steps = new ArrayList<>();
        for (int i = 0; i < SIZES; i++) {
            Configuration size = Configuration.unix().toBuilder()
                    .setMaxSize(20_000 + i * 40_000L)
                    .setBlockSize(1024)
                    .build();
            try (FileSystem disk = Jimfs.newFileSystem(size)) {
                Path models = Files.createDirectory(disk.getPath("/models"));
                steps.add(fill(models, config, folder.resolve("copy" + i)));
            }
        }
        assertThat(steps)
                .startsWith(0)
                .last()
                .satisfies(last -> assertThat(last).isGreaterThan(4));
    }

    @Test
    void a_real_file_system_that_is_full() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Process mount = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", disk.toString())
                .redirectErrorStream(true)
                .start();
        boolean mounted = mount.waitFor(10, TimeUnit.SECONDS) && mount.exitValue() == 0;
        assumeThat(mounted).as("a small file system can be mounted").isTrue();
        try {
            assertThat(fill(disk, config(new TinyRun(folder)), folder.resolve("copy")))
                    .isPositive();
        } finally {
            new ProcessBuilder("umount", disk.toString()).start().waitFor(10, TimeUnit.SECONDS);
        }
    }

    /** Trains until the disk is full, and returns the last step that was saved. */
    private static int fill(Path models, RunConfig config, Path copy) throws IOException {
        Saved saved = new Saved();
        HeedException full = null;
        try {
            TrainingRun.begin(config, "heed train", models, false, saved, () -> false);
        } catch (HeedException e) {
            full = e;
        }
        assertThat(full).as("the disk is full").isNotNull().hasMessageContaining("cannot ");
        if (saved.step > 0) {
            assertThat(full).hasMessageContaining("the state of step " + saved.step + " is saved");
        }
        copy(models, copy);
        Path run = copy.resolve("mine");
        if (saved.step > 0) {
            assertThat(RunCheckpoint.read(run).about().state().step()).isEqualTo(saved.step);
            for (String model : List.of("", "training/latest")) {
                try (LanguageModel read = ModelFolder.read(run.resolve(model), Device.cpu())) {
                    assertThat(read.context()).isEqualTo(32);
                }
            }
        } else {
            assertThat(RunCheckpoint.isIn(run)).isFalse();
        }
        return saved.step;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.write(target, Files.readAllBytes(path));
                }
            }
        }
    }

    @Test
    void a_folder_that_can_no_longer_be_written_is_named() throws IOException {
        assumeThat(System.getProperty("user.name")).as("permissions hold for").isNotEqualTo("root");
        TinyRun tiny = new TinyRun(folder);
        Path training = tiny.models().resolve("mine/training");
        Saved saved = new Saved();
        try {
            TrainingRun.begin(config(tiny), "heed train", tiny.models(), false, saved, () -> {
                if (saved.step == 4) {
                    try {
                        Files.setPosixFilePermissions(training, PosixFilePermissions.fromString("r-xr-xr-x"));
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                }
                return false;
            });
        } catch (HeedException e) {
            assertThat(e).hasMessageContainingAll("permission denied", "the state of step 4 is saved");
        } finally {
            Files.setPosixFilePermissions(training, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        assertThat(RunCheckpoint.read(tiny.models().resolve("mine"))
                        .about()
                        .state()
                        .step())
                .isEqualTo(4);
    }
}
