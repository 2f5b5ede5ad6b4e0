package io.heed.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLockTest {

    @TempDir
    private Path run;

    @BeforeEach
    void something_is_there() throws IOException {
        Files.createFile(run.resolve("config.json"));
    }

    /** Another process, which reports whether the run is locked. */
    static final class Other {
        private Other() {}

        public static void main(String[] arguments) {
            System.exit(RunLock.isTaken(Path.of(arguments[0])) ? 3 : 4);
        }
    }

    private boolean isTakenForOthers() throws IOException, InterruptedException {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Other.class.getName(),
                        run.toString())
                .start();
        assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(other.exitValue()).isBetween(3, 4);
        return other.exitValue() == 3;
    }

    @Test
    void neither_a_refused_attempt_nor_a_look_releases_it() throws IOException, InterruptedException {
        try (RunLock lock = RunLock.take(run)) {
            assertThatThrownBy(() -> RunLock.take(run)).isInstanceOf(HeedException.class);
            assertThat(RunLock.isTaken(run)).isTrue();
            assertThat(isTakenForOthers()).isTrue();
        }
        assertThat(isTakenForOthers()).isFalse();
        RunLock.take(run).close();
    }

    @Test
    void a_folder_with_nothing_else_is_removed_with_it() throws IOException {
        Path fresh = run.resolve("fresh");
        try (RunLock lock = RunLock.take(fresh)) {
            assertThat(fresh.resolve("training/lock")).exists();
        }
        assertThat(fresh).doesNotExist();
        try (RunLock lock = RunLock.take(fresh)) {
            Files.createFile(fresh.resolve("training/config.yaml"));
        }
        assertThat(fresh.resolve("training/lock")).exists();
    }

    /** Starts taking a lock in another thread, which is waiting for it when this returns. */
    private static FutureTask<RunLock> waitingFor(Path run) throws InterruptedException {
        FutureTask<RunLock> taken = new FutureTask<>(() -> RunLock.take(run));
        Thread taker = new Thread(taken);
        taker.start();
        while (taker.getState() != Thread.State.TIMED_WAITING) {
            assertThat(taken.isDone()).as("it waits").isFalse();
            Thread.sleep(1);
        }
        return taken;
    }

    @Test
    void a_waiter_for_a_lock_removed_with_its_folder_takes_a_new_one() throws Exception {
        Path fresh = run.resolve("fresh");
        FutureTask<RunLock> taken;
        Files.createDirectories(fresh.resolve("training"));
        Path file = Files.createFile(fresh.resolve("training/lock"));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            assertThat(held).isNotNull();
            taken = waitingFor(fresh);
            Files.delete(file);
            Files.delete(file.getParent());
            Files.delete(fresh);
        }
        try (RunLock lock = taken.get()) {
            assertThat(file).hasContent(String.valueOf(ProcessHandle.current().pid()));
        }
    }

    @Test
    void a_momentary_look_keeps_nobody_out() throws IOException, InterruptedException, ExecutionException {
        RunLock.take(run).close();
        FutureTask<RunLock> taken;
        try (FileChannel channel = FileChannel.open(run.resolve("training/lock"), StandardOpenOption.READ);
                FileLock looking = channel.tryLock(0, Long.MAX_VALUE, true)) {
            assertThat(looking).isNotNull();
            taken = waitingFor(run);
        }
        taken.get().close();
        assertThat(Files.exists(run.resolve("training/lock"))).isTrue();
    }

    @Test
    void a_link_at_its_path_is_not_followed() throws IOException {
        Path victim = Files.writeString(run.resolve("victim"), "precious");
        Files.createSymbolicLink(
                Files.createDirectories(run.resolve("training")).resolve("lock"), victim);
        assertThatThrownBy(() -> RunLock.take(run).close())
                .isInstanceOf(HeedException.class)
                .hasMessageStartingWith("cannot write " + run.resolve("training/lock"));
        assertThat(victim).hasContent("precious");
    }
}
