package io.heed.kernels;

/**
 * Limits the engine to one thread, pass by pass, while others want the processors. Threads that share an operation wait for the last of
 * them, so where each gets a processor only now and then, several take many times as long as one.
 *
 * <p>Whether others want the processors shows in the share of a pass during which the calling thread had one. Then the next ones have
 * one thread, until they find no others. Several threads may use an instance at once.
 */
public final class SpareProcessors {

    /** With a lower share, others want the processors. */
    private static final double ENOUGH = 0.8;

    /** The most passes with one thread before several are tried again. */
    private static final int LONGEST = 64;

    private static final EngineThreads.Limit NONE = () -> {};

    private final boolean worth;
    private int passes; // to go with one thread before several are tried
    private int next = 2; // how many these will be when several are found to be too many again

    /** Prepares for the passes of a model with so many weights; one with few is read as fast by one thread (EngineThreads.WORTH_SHARING). */
    public SpareProcessors(long weights) {
        worth = weights >= EngineThreads.WORTH_SHARING;
    }

    /** Limits the engine's threads, if the calling thread has more than one, until the result is closed. */
    public EngineThreads.Limit limit() {
        if (!worth || !ThreadClock.isFine() || EngineThreads.count() == 1) {
            return NONE;
        }
        boolean several = mayBeSeveral();
        EngineThreads.Limit limit = EngineThreads.during(several ? 0 : 1);
        long start = System.nanoTime();
        long computed = ThreadClock.nanoseconds();
        return () -> {
            double all = Math.max(1, System.nanoTime() - start);
            judge(several, (ThreadClock.nanoseconds() - computed) / all);
            limit.close();
        };
    }

    /** Whether the next pass may have several threads. */
    synchronized boolean mayBeSeveral() {
        return passes == 0;
    }

    /**
     * Learns from a pass.
     *
     * @param several whether it had several threads
     * @param share the share of its time during which its thread had a processor, from 0 to 1
     */
    synchronized void judge(boolean several, double share) {
        if (share < ENOUGH) {
            passes = several ? next : Math.max(passes, 1);
            next = several ? Math.min(2 * next, LONGEST) : next;
        } else if (several) {
            next = 2;
        } else {
            passes = Math.max(0, passes - 1);
        }
    }
}
