package io.heed.cli.terminal;

import java.util.function.LongSupplier;

/** Says when it is time to report again. */
public final class Pace {

    /** How long a person or a log waits at most for a sign of life, in seconds. */
    public static final double LOG = 10;

    /** How long a bar stays as it is, in seconds. */
    static final double BAR = 0.2;

    private final double seconds;
    private final LongSupplier clock;
    private final long began;
    private long reported;

    /**
     * Begins now.
     *
     * @param seconds the time between two reports
     * @param clock nanoseconds, as {@link System#nanoTime} tells them
     */
    public Pace(double seconds, LongSupplier clock) {
        this.seconds = seconds;
        this.clock = clock;
        began = clock.getAsLong();
        reported = began;
    }

    /** Whether the last report is as long ago as they are to be apart. */
    public boolean isDue() {
        return clock.getAsLong() - reported >= seconds * 1e9;
    }

    /** Something was reported. */
    public void report() {
        reported = clock.getAsLong();
    }

    /** The seconds since the beginning. */
    double elapsed() {
        return (clock.getAsLong() - began) / 1e9;
    }
}
