package io.heed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLockTest {

    @TempDir
    private Path run;

    /** Another program, which says whether the run is taken. */
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
    void nobody_who_is_refused_or_looks_lets_go_of_it() throws IOException, InterruptedException {
        try (RunLock lock = RunLock.take(run)) {
            assertThatThrownBy(() -> RunLock.take(run)).isInstanceOf(HeedException.class);
            assertThat(RunLock.isTaken(run)).isTrue();
            assertThat(isTakenForOthers()).isTrue();
        }
        assertThat(isTakenForOthers()).isFalse();
        RunLock.take(run).close();
    }

    @Test
    void who_only_looks_for_a_moment_keeps_nobody_out() throws IOException, InterruptedException, ExecutionException {
        RunLock.take(run).close();
        CompletableFuture<RunLock> taken = new CompletableFuture<>();
        Thread taker = new Thread(() -> taken.complete(RunLock.take(run)));
        try (FileChannel channel = FileChannel.open(run.resolve("training/lock"), StandardOpenOption.READ);
                FileLock looking = channel.tryLock(0, Long.MAX_VALUE, true)) {
            assertThat(looking).isNotNull();
            taker.start();
            while (taker.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
        }
        taken.get().close();
        assertThat(Files.exists(run.resolve("training/lock"))).isTrue();
    }
}
