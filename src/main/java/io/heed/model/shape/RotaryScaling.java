package io.heed.model.shape;

/**
 * How the speeds of rotary positions are changed so that a model reads longer texts than it was first trained on, as Hugging Face's
 * {@code rope_scaling} names it.
 */
public sealed interface RotaryScaling {

    /**
     * The speed of a pair of numbers.
     *
     * @param frequency its speed without scaling, in radians a position
     * @param pair which pair it is, from 0
     * @param theta the base of the speeds
     * @param turned R, how many numbers of a head are turned
     */
    double frequency(double frequency, int pair, double theta, int turned);

    /** What sines and cosines are multiplied by. */
    default double attentionFactor() {
        return 1;
    }

    /** Not at all. */
    record None() implements RotaryScaling {
        @Override
        public double frequency(double frequency, int pair, double theta, int turned) {
            return frequency;
        }
    }

    /**
     * Every speed divided by one number (Chen et al., arXiv 2306.15595).
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
     * Slow pairs divided by a number, quick ones left, those between blended, by how often they turn within the first context; as Llama
     * 3.1 does it (arXiv 2407.21783).
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
     * Slow pairs divided by a number, quick ones left, those between blended along their index, and scores sharpened (YaRN; Peng et al.,
     * arXiv 2309.00071).
     *
     * @param factor that number
     * @param betaFast pairs that turn more often within the first context are quick
     * @param betaSlow pairs that turn less often are slow
     * @param context the number of positions the model was first trained on
     * @param truncate whether the bounds between quick and slow are whole numbers
     * @param attentionFactor what sines and cosines are multiplied by
     */
    record Yarn(
            double factor, double betaFast, double betaSlow, double context, boolean truncate, double attentionFactor)
            implements RotaryScaling {
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

        /** The pair, not a whole number, that turns so often within the first context. */
        private double pairOf(double turns, double theta, int turned) {
            return turned * Math.log(context / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
        }
    }
}
