package io.heed.cli;

import org.jline.utils.Signals;

/** Hears Ctrl-C: the first asks for an orderly end, a second ends at once. */
final class Interruption implements AutoCloseable {

    private static final String SIGNAL = "INT";

    private final Object before;
    private volatile boolean requested;

    Interruption() {
        before = Signals.register(SIGNAL, () -> {
            requested = true;
            Signals.registerDefault(SIGNAL);
        });
    }

    /** Whether an orderly end was asked for. */
    boolean requested() {
        return requested;
    }

    @Override
    public void close() {
        Signals.unregister(SIGNAL, before);
    }
}
