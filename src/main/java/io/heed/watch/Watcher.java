package io.heed.watch;

import io.heed.checkpoint.LanguageModel;
import io.heed.run.Progress;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Who watches a run: hears of its progress and decides, between steps, how it goes on. Methods do nothing by default. */
public interface Watcher {

    /** A run between two steps. */
    interface Moment {

        /** The number of steps taken. */
        int step();

        /** The number of them that changed the weights. */
        int updates();

        /** The sum of those steps' mean losses, in nats. */
        double lossSum();

        /** The speed; a call also measures the memory. */
        Progress.Speed speed();

        /** The factor on both configured learning rates. */
        double rateFactor();

        /** The effect of the last step on each layer; empty if nobody looked. */
        List<Progress.Layer> layers();

        /** Lets somebody use the model as it would be evaluated, on this thread. */
        void see(Consumer<LanguageModel> viewer);
    }

    /** Hears of the run's progress. */
    Progress progress();

    /**
     * Asked after each step but the last: may look at the model, and may take its time.
     *
     * @return false to save and stop
     */
    boolean between(Moment moment);

    /** The time for which the run has waited in {@link #between} because somebody paused or slowed it, in seconds. */
    default double waited() {
        return 0;
    }

    /** Returns the factor on both configured learning rates for the next step: the present one, if nobody has changed it. */
    default double rateFactor(double present) {
        return present;
    }

    /** Whether to measure the effect of the next step on each layer even if no evaluation follows. */
    default boolean looksAtLayers() {
        return false;
    }

    /**
     * A run starts of which frames are kept.
     *
     * @param keeper keeps them
     * @param moment before the first step of this part of the run
     */
    default void begins(FrameKeeper keeper, Moment moment) {}

    /**
     * Hears of an event that is kept in the run's folder.
     *
     * @param line its JSON
     */
    default void happened(String line) {}

    /**
     * One who only listens.
     *
     * @param interrupted whether to save and stop
     */
    static Watcher of(Progress progress, BooleanSupplier interrupted) {
        return new Watcher() {
            @Override
            public Progress progress() {
                return progress;
            }

            @Override
            public boolean between(Moment moment) {
                return !interrupted.getAsBoolean();
            }
        };
    }
}
