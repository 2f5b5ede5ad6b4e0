package io.heed.watch;

import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What viewers ask of a run: requests come from any thread; the training thread asks between steps whether to take the next, and waits
 * here while the run is paused or slowed.
 */
public final class RunControl {

    /** How often a waiting run looks whether it was interrupted, in milliseconds. */
    private static final long LOOK = 50;

    private boolean paused;
    private int granted;
    private @Nullable Double stepsPerSecond;
    private double present = 1;
    private @Nullable Double rate;
    private boolean stopped;
    private @Nullable Long seed;
    private @Nullable String probe;
    private long lastStep = System.nanoTime();
    private boolean touched;
    private long waited;

    /** Waits after the step that is being taken. */
    public synchronized void pause() {
        paused = true;
        granted = 0;
        touch();
    }

    /**
     * Takes some steps and pauses.
     *
     * @param count how many, from 1
     */
    public synchronized void step(int count) {
        paused = true;
        granted += Math.min(count, Integer.MAX_VALUE - granted);
        touch();
    }

    /** Goes on. */
    public synchronized void goOn() {
        paused = false;
        granted = 0;
        touch();
    }

    /**
     * Limits the speed.
     *
     * @param limit steps per second, above 0; null for no limit
     */
    public synchronized void speed(@Nullable Double limit) {
        stepsPerSecond = limit;
        touch();
    }

    /**
     * Changes the learning rates from the next step on.
     *
     * @param factor the factor on both configured rates
     */
    public synchronized void rate(double factor) {
        rate = factor;
        touch();
    }

    /** Ends the run, whose state is saved. */
    public synchronized void stop() {
        stopped = true;
        seed = null;
        touch();
    }

    /** Ends the run and asks for another with this seed. */
    public synchronized void restart(long otherSeed) {
        stop();
        seed = otherSeed;
    }

    /** Reads another text from the next frame on. */
    public synchronized void probe(String text) {
        probe = text;
        touch();
    }

    private void touch() {
        touched = true;
        notifyAll();
    }

    /**
     * A run begins, or goes on; what has been asked by now holds for it.
     *
     * @param factor the factor that is in force on its rates
     */
    public synchronized void begin(double factor) {
        present = factor;
        touched = true;
        waited = 0;
    }

    /** Whether the run waits, or will after the step that is being taken. */
    public synchronized boolean paused() {
        return paused && granted == 0;
    }

    /** The limit on the speed; null for none. */
    public synchronized @Nullable Double stepsPerSecond() {
        return stepsPerSecond;
    }

    /** The factor on both configured rates. */
    public synchronized double rate() {
        return rate == null ? present : rate;
    }

    /** The seed of the run that is to follow; empty if none is. */
    public synchronized OptionalLong restart() {
        return seed == null ? OptionalLong.empty() : OptionalLong.of(seed);
    }

    /** Takes the seed of the run that is to follow, which begins as one that nobody has touched; empty if none is to. */
    public synchronized OptionalLong takeRestart() {
        if (seed == null) {
            return OptionalLong.empty();
        }
        OptionalLong taken = OptionalLong.of(seed);
        goOn();
        seed = null;
        stopped = false;
        rate = null;
        stepsPerSecond = null;
        return taken;
    }

    /** Takes the text that frames are to read from now on; null if none was given since the last call. */
    synchronized @Nullable String takeProbe() {
        String given = probe;
        probe = null;
        return given;
    }

    /** Whether something was asked since the last call. */
    synchronized boolean takeTouched() {
        boolean was = touched;
        touched = false;
        return was;
    }

    /** The time for which the run has waited for viewers since it began, in seconds. */
    synchronized double waited() {
        return waited / 1e9;
    }

    /**
     * Waits until the next step may be taken.
     *
     * @param interrupted whether to stop, looked at now and then
     * @param asked called on this thread when something was asked while it waits
     * @return false to save and stop
     */
    boolean await(BooleanSupplier interrupted, Runnable asked) {
        while (true) {
            boolean look;
            synchronized (this) {
                if (stopped) {
                    return false;
                }
                long due = due();
                if (due <= 0) {
                    granted = Math.max(0, granted - 1);
                    lastStep = System.nanoTime();
                    return true;
                }
                long began = System.nanoTime();
                try {
                    if (!touched) {
                        wait(Math.min(due, LOOK));
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                } finally {
                    waited += System.nanoTime() - began;
                }
                look = !stopped && due() > 0 && takeTouched(); // else it is answered after the step
            }
            if (interrupted.getAsBoolean()) {
                return false;
            }
            if (look) {
                asked.run();
            }
        }
    }

    /** How long to wait for the next step, in milliseconds; 0 or less for not at all. */
    private long due() {
        if (paused && granted == 0) {
            return LOOK;
        }
        return stepsPerSecond == null
                ? 0
                : (long) Math.ceil(1000 / stepsPerSecond - (System.nanoTime() - lastStep) / 1e6);
    }
}
