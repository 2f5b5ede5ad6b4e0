package io.heed.kernels;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Locale;

/** The processor time of the calling thread, where the system counts it finely enough for a pass of a model. */
public final class ThreadClock {

    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

    /** Windows counts in steps of 15.6 ms. */
    private static final boolean FINE = CLOCK.isCurrentThreadCpuTimeSupported()
            && !System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");

    private ThreadClock() {}

    /** Whether the system counts finely. */
    public static boolean isFine() {
        return FINE;
    }

    /** The time that the calling thread has had a processor, in nanoseconds; call it only if that {@linkplain #isFine() is fine}. */
    public static long nanoseconds() {
        return CLOCK.getCurrentThreadCpuTime();
    }
}
