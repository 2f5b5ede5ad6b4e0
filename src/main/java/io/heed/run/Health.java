package io.heed.run;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Watches a run and reports each problem once, as a sentence. */
public final class Health {

    /** The number of steps before losses are judged. */
    private static final int SETTLED = 20;

    /** The weight of each step's loss in the running mean. */
    private static final double WEIGHT = 0.05;

    /** How many standard deviations, and how many nats, a spike is above the mean. */
    private static final double DEVIATIONS = 6;

    private static final double NATS = 0.5;

    /** The ratios to the median layer's gradient norm at which a layer is dead or exploding. */
    private static final double DEAD = 1e-6;

    private static final double EXPLODING = 1e3;

    /** A share of a layer's weights that no step should change. */
    private static final double REPLACED = 1;

    /**
     * The state kept from step to step.
     *
     * @param steps the number of losses seen
     * @param mean their running mean
     * @param variance their running variance
     * @param told the problems already reported
     */
    record Seen(int steps, double mean, double variance, Set<String> told) {

        /** The state of a new run. */
        static final Seen NOTHING = new Seen(0, 0, 0, Set.of());

        Seen {
            told = new LinkedHashSet<>(told);
        }
    }

    private Seen seen;

    /** Creates a watch that continues from an earlier state. */
    public Health(Seen seen) {
        this.seen = seen;
    }

    /** The state so far. */
    public Seen seen() {
        return seen;
    }

    /** Checks a step's loss and returns the problems to report. */
    public List<String> look(int step, double loss) {
        double above = loss - seen.mean;
        List<String> sentences = new ArrayList<>();
        if (seen.steps >= SETTLED && above > NATS && above > DEVIATIONS * Math.sqrt(seen.variance)) {
            tell(
                    sentences,
                    "spike",
                    ("the loss jumped from about %.3f to %.3f at step %d; if it does not recover, lower the"
                                    + " learning rates or lengthen training.warmup_steps")
                            .formatted(seen.mean, loss, step));
        }
        double share = seen.steps == 0 ? 1 : Math.max(WEIGHT, 1.0 / (seen.steps + 1));
        double variance = (1 - share) * (seen.variance + share * above * above); // West 1979, exponentially weighted
        seen = new Seen(seen.steps + 1, seen.mean + share * above, seen.steps == 0 ? 0 : variance, seen.told);
        return sentences;
    }

    /** Checks a step's effect on the layers and returns the problems to report. */
    public List<String> look(int step, List<Progress.Layer> layers) {
        List<String> sentences = new ArrayList<>();
        if (step < SETTLED || layers.isEmpty()) {
            return sentences;
        }
        double[] norms = layers.stream()
                .mapToDouble(Progress.Layer::gradientNorm)
                .sorted()
                .toArray();
        double middle = norms[norms.length / 2];
        for (Progress.Layer layer : layers) {
            if (layer.gradientNorm() < DEAD * middle) {
                tell(
                        sentences,
                        "dead " + layer.name(),
                        ("%s no longer learns: at step %d its gradient norm is %.2g, and the median layer's"
                                        + " is %.2g")
                                .formatted(layer.name(), step, layer.gradientNorm(), middle));
            }
            if (layer.gradientNorm() > EXPLODING * middle) {
                tell(
                        sentences,
                        "exploding " + layer.name(),
                        ("the gradients of %s explode: at step %d their norm is %.2g, and the median layer's"
                                        + " is %.2g; a lower training.clip or learning rate may help")
                                .formatted(layer.name(), step, layer.gradientNorm(), middle));
            }
            if (layer.updateRatio() > REPLACED) {
                tell(
                        sentences,
                        "replaced " + layer.name(),
                        ("step %d changed the weights of %s by %.1f times their size; the"
                                        + " learning rates are too high")
                                .formatted(step, layer.name(), layer.updateRatio()));
            }
        }
        return sentences;
    }

    private void tell(List<String> sentences, String what, String sentence) {
        if (seen.told.add(what)) {
            sentences.add(sentence);
        }
    }
}
