package io.heed.cli.terminal;

import java.util.function.LongSupplier;

/** Decides when to report again. */
public final class Pace {

    /** The longest time without a report to a log, in seconds. */
    public static final double LOG = 10;

    /** The time between updates of a bar, in seconds. */
    static final double BAR = 0.2;

    private final double seconds;
    private final LongSupplier clock;
    private final long began;
    private long reported;

    /**
     * Starts now.
     *
     * @param seconds the time between two reports
     * @param clock nanoseconds, as from {@link System#nanoTime}
     */
    public Pace(double seconds, LongSupplier clock) {
        this.seconds = seconds;
        this.clock = clock;
        began = clock.getAsLong();
        reported = began;
    }

    /** Returns whether a report is due. */
    public boolean isDue() {
        return clock.getAsLong() - reported >= seconds * 1e9;
    }

    /** Records a report. */
    public void report() {
        reported = clock.getAsLong();
    }

    /** Returns the seconds since the start. */
    double elapsed() {
        return (clock.getAsLong() - began) / 1e9;
    }
}
