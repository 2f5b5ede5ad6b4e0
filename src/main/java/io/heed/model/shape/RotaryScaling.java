package io.heed.model.shape;

import java.io.Serializable;

/**
 * How the frequencies of rotary positions are changed so that a model can read longer texts than it was first trained on; the kinds of
 * Hugging Face's {@code rope_scaling}.
 */
public sealed interface RotaryScaling extends Serializable {

    /**
     * The frequency of a pair of numbers.
     *
     * @param frequency its frequency without scaling, in radians per position
     * @param pair the index of the pair, from 0
     * @param theta the base of the frequencies
     * @param turned R, the number of a head's numbers that are rotated
     */
    double frequency(double frequency, int pair, double theta, int turned);

    /** The factor of sines and cosines. */
    default double attentionFactor() {
        return 1;
    }

    /** No scaling. */
    record None() implements RotaryScaling {
        @Override
        public double frequency(double frequency, int pair, double theta, int turned) {
            return frequency;
        }
    }

    /**
     * Every frequency divided by one number (Chen et al., arXiv 2306.15595).
     *
     * @param factor that number
     */
    record Linear(double factor) implements RotaryScaling {
        @Override
        public double frequency(double frequency, int pair, double theta, int turned) {
            return frequency / factor;
        }
    }

    /**
     * The frequencies of slow pairs divided by a number, those of quick pairs left, those between blended, by how often a pair turns within
     * the first context; as in Llama 3.1 (arXiv 2407.21783).
     *
     * @param factor that number
     * @param low pairs that turn less often are slow
     * @param high pairs that turn more often are quick
     * @param context the number of positions the model was first trained on
     */
    record Llama3(double factor, double low, double high, double context) implements RotaryScaling {
        @Override
        public double frequency(double frequency, int pair, double theta, int turned) {
            double turns = context * frequency / (2 * Math.PI);
            if (turns < low) {
                return frequency / factor;
            }
            if (turns > high) {
                return frequency;
            }
            double blend = (turns - low) / (high - low);
            return (1 - blend) * frequency / factor + blend * frequency;
        }
    }

    /**
     * The frequencies of slow pairs divided by a number, those of quick pairs left, those between blended by index, and scores sharpened
     * (YaRN; Peng et al., arXiv 2309.00071).
     *
     * @param factor that number
     * @param betaFast pairs that turn more often within the first context are quick
     * @param betaSlow pairs that turn less often are slow
     * @param context the number of positions the model was first trained on
     * @param truncate whether the bounds between quick and slow are rounded to whole numbers
     * @param attentionFactor the factor of sines and cosines
     */
    record Yarn(
            double factor, double betaFast, double betaSlow, double context, boolean truncate, double attentionFactor)
            implements RotaryScaling {

        /**
         * Returns it with the bounds and the sharpening of the paper.
         *
         * @param factor the divisor of slow pairs
         * @param context the number of positions the model was first trained on
         */
        public static Yarn usual(double factor, double context) {
            return new Yarn(factor, 32, 1, context, true, factor <= 1 ? 1 : 0.1 * Math.log(factor) + 1);
        }

        @Override
        public double frequency(double frequency, int pair, double theta, int turned) {
            double low = pairOf(betaFast, theta, turned);
            double high = pairOf(betaSlow, theta, turned);
            if (truncate) {
                low = Math.floor(low);
                high = Math.ceil(high);
            }
            low = Math.max(low, 0);
            high = Math.min(high, turned - 1.0);
            double span = low == high ? 0.001 : high - low;
            double slow = Math.min(1, Math.max(0, (pair - low) / span));
            return frequency / factor * slow + frequency * (1 - slow);
        }

        /** The fractional index of the pair that turns this often within the first context. */
        private double pairOf(double turns, double theta, int turned) {
            return turned * Math.log(context / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
        }
    }
}
