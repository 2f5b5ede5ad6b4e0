package io.heed.run;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Watches how a run goes, and tells each thing that looks wrong once, in words. */
public final class Health {

    /** Losses of fewer steps than this are no ground to judge by. */
    private static final int SETTLED = 20;

    /** How much each step's loss counts in the running mean. */
    private static final double WEIGHT = 0.05;

    /** By how many standard deviations, and how many nats, a loss has to stand above the mean to be a spike. */
    private static final double DEVIATIONS = 6;

    private static final double NATS = 0.5;

    /** A layer whose gradients are this much smaller or larger than those of the layer in the middle. */
    private static final double DEAD = 1e-6;

    private static final double EXPLODING = 1e3;

    /** A share of a layer's weights that no step should replace. */
    private static final double REPLACED = 1;

    /**
     * What is remembered from step to step.
     *
     * @param steps the number of losses seen
     * @param mean their running mean
     * @param variance their running variance
     * @param told what was told already
     */
    record Seen(int steps, double mean, double variance, Set<String> told) {

        /** Nothing yet. */
        static final Seen NOTHING = new Seen(0, 0, 0, Set.of());

        Seen {
            told = new LinkedHashSet<>(told);
        }
    }

    private Seen seen;

    /** Creates a watch that remembers what it had seen. */
    public Health(Seen seen) {
        this.seen = seen;
    }

    /** What has been seen so far. */
    public Seen seen() {
        return seen;
    }

    /** Looks at a step's loss and returns what to tell. */
    public List<String> look(int step, double loss) {
        double above = loss - seen.mean;
        List<String> sentences = new ArrayList<>();
        if (seen.steps >= SETTLED && above > NATS && above > DEVIATIONS * Math.sqrt(seen.variance)) {
            tell(
                    sentences,
                    "spike",
                    ("the loss jumped from about %.3f to %.3f at step %d; if it does not come back, lower the"
                                    + " learning rates, or lengthen training.warmup_steps")
                            .formatted(seen.mean, loss, step));
        }
        double share = seen.steps == 0 ? 1 : Math.max(WEIGHT, 1.0 / (seen.steps + 1));
        double variance = (1 - share) * (seen.variance + share * above * above); // West 1979, exponentially weighted
        seen = new Seen(seen.steps + 1, seen.mean + share * above, seen.steps == 0 ? 0 : variance, seen.told);
        return sentences;
    }

    /** Looks at what a step did to the layers and returns what to tell. */
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
                        ("%s no longer learns: at step %d its gradients have the norm %.2g where"
                                        + " those of the layers in the middle have %.2g")
                                .formatted(layer.name(), step, layer.gradientNorm(), middle));
            }
            if (layer.gradientNorm() > EXPLODING * middle) {
                tell(
                        sentences,
                        "exploding " + layer.name(),
                        ("the gradients of %s explode: at step %d they have the norm %.2g"
                                        + " where those of the layers in the middle have %.2g; a lower training.clip or learning"
                                        + " rate may help")
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
