package io.heed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Programs that have done half of their work: what they leave when they end there. */
final class HalfDone {

    private HalfDone() {}

    /**
     * Starts a program and waits until it is halfway.
     *
     * @param program its class, which calls {@link #waitToGoOn}
     * @param written its argument
     */
    static Process start(Class<?> program, Path written) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName(),
                        written.toString())
                .start();
        assertThat(process.inputReader().readLine()).isEqualTo("begun");
        return process;
    }

    /** Lets such a program do the rest. */
    static void goOn(Process program) throws IOException {
        program.getOutputStream().write('\n');
        program.getOutputStream().flush();
    }

    /** Waits for its end. */
    static void waitFor(Process program) throws InterruptedException {
        assertThat(program.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }

    /** Within such a program: tells that it is halfway, and waits to be let go on. */
    static void waitToGoOn() {
        System.out.println("begun");
        try {
            for (int i = 0; System.in.read() != '\n' && i < 6000; i++) {
                LockSupport.parkNanos(10_000_000); // the end of a stream tells nothing
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
