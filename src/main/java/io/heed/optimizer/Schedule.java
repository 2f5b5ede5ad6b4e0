package io.heed.optimizer;

import java.util.Locale;

/**
 * The learning rates at each step, as a share of the highest: a linear rise over the warm-up, then constant, then a
 * fall over the last part of the run.
 *
 * @param shape how they fall
 * @param end the share at the end
 * @param warmup the number of steps of the warm-up
 * @param decayShare the share of the steps over which they fall
 * @param steps the number of steps of the run
 */
public record Schedule(Shape shape, double end, int warmup, double decayShare, int steps) {

    /** How rates fall. */
    public enum Shape {
        /** Along half a cosine (Loshchilov and Hutter, arXiv 1608.03983). */
        COSINE,
        /** Linearly. */
        LINEAR,
        /** As 1 − √progress (Hägele et al., arXiv 2405.18392): fast at first. */
        SQRT,
        /** Not at all. */
        CONSTANT;

        /** The name in configurations. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Returns the share of a step, counted from 0. */
    public double share(int step) {
        if (step < warmup) {
            return (step + 1.0) / warmup;
        }
        double start = Math.max(warmup, steps * (1 - decayShare));
        if (step <= start) {
            return 1;
        }
        double progress = Math.min(1, (step - start) / (steps - start));
        double left = switch (shape) {
            case COSINE -> 0.5 * (1 + Math.cos(Math.PI * progress));
            case LINEAR -> 1 - progress;
            case SQRT -> 1 - Math.sqrt(progress);
            case CONSTANT -> 1;
        };
        return end + (1 - end) * left;
    }
}
