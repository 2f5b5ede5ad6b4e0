package io.heed.cli.terminal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jline.utils.Signals;

/** Handles Ctrl-C, and other signals on request: the first asks for an orderly end, a second ends the program at once. */
public final class Interruption implements AutoCloseable {

    /** The exit code of a program that ended on Ctrl-C: 128 plus the signal's number. */
    public static final int INTERRUPTED = 130;

    private static final int INT = 2;
    private static final int TERM = 15;

    private final Map<String, Object> before = new LinkedHashMap<>();
    private final CountDownLatch asked = new CountDownLatch(1);
    private volatile int code;

    /** Handles Ctrl-C. */
    public Interruption() {
        hear("INT", INT);
    }

    /** Handles Ctrl-C and SIGTERM. */
    public static Interruption orTermination() {
        Interruption interruption = new Interruption();
        interruption.hear("TERM", TERM);
        return interruption;
    }

    private void hear(String signal, int number) {
        before.put(signal, Signals.register(signal, () -> {
            code = 128 + number;
            asked.countDown();
            Signals.registerDefault(signal);
        }));
    }

    /** Returns whether an orderly end was asked for. */
    public boolean requested() {
        return code != 0;
    }

    /** Returns the exit code of a program that was asked to end, 128 plus the signal's number, or 0 if it was not. */
    public int code() {
        return code;
    }

    /** Waits until an orderly end is asked for, and returns the exit code: 128 plus the signal's number. */
    public int await() throws InterruptedException {
        asked.await();
        return code;
    }

    @Override
    public void close() {
        before.forEach(Signals::unregister);
    }
}
