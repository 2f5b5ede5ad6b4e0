package io.heed.inspect.evidence;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.model.Distribution;
import io.heed.model.Trace.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * What a prediction loses without some heads: evidence, which attention weights alone are not (Jain and Wallace, arXiv 1902.10186). A
 * head is ablated by replacing its outputs with zero, or with their mean over the text's positions (Michel et al., arXiv 1905.10650).
 */
public final class Ablation {

    private final LanguageModel model;
    private final Recording recording;
    private final int position;
    private final int token;
    private final ResumedPasses passes;

    /**
     * Prepares to ablate heads of a model in one prediction.
     *
     * @param recording of that model, with {@link Step#RESIDUAL_MIDDLE}, with a parallel residual {@link Step#RESIDUAL_AFTER}, and with
     *     {@link Step#HEAD_CONTRIBUTION} and {@link Step#LOGITS}
     * @param position where the prediction is made, from 0: the position before the predicted one
     * @param token the id whose log-probability is measured
     */
    public Ablation(LanguageModel model, Recording recording, int position, int token) {
        this.model = model;
        this.recording = recording;
        this.position = position;
        this.token = token;
        passes = new ResumedPasses(model, recording);
    }

    /** The token's log-probability without each head, in nats, with zero in place of its output: by layer and head. */
    public double[][] withoutEachHead() {
        double[][] without = new double[recording.layers()][];
        for (int layer = 0; layer < without.length; layer++) {
            without[layer] = logProbabilities(layer, eachHead(model), false);
        }
        return without;
    }

    /** Ablates each head on its own. */
    public List<HeadAblation> ofEachHead() {
        return ofEachHead(layer -> logProbabilities(layer, eachHead(model), false));
    }

    /**
     * Ablates each head by itself, where the effects of zero are known.
     *
     * @param effects those of this model at this position, on this token
     */
    List<HeadAblation> ofEachHead(HeadEffects effects) {
        return ofEachHead(layer -> effects.heads().stream()
                .filter(effect -> effect.layer() == layer)
                .mapToDouble(HeadEffect::logProbability)
                .toArray());
    }

    private List<HeadAblation> ofEachHead(IntFunction<double[]> zeros) {
        double whole = new Distribution(recording.logits(position)).logProbability(token);
        List<HeadAblation> ablations = new ArrayList<>();
        for (int layer = 0; layer < recording.layers(); layer++) {
            double[] zero = zeros.apply(layer);
            double[] mean = logProbabilities(layer, eachHead(model), true);
            for (int head = 0; head < zero.length; head++) {
                ablations.add(new HeadAblation(layer, head, zero[head] - whole, mean[head] - whole));
            }
        }
        return ablations;
    }

    /** Each head of a layer as a set of its own. */
    static List<Set<Integer>> eachHead(LanguageModel model) {
        return IntStream.range(0, model.transformer().config().heads())
                .mapToObj(Set::of)
                .toList();
    }

    /**
     * Ablates several heads of one layer together.
     *
     * @param heads the heads, from 0
     * @return the token's log-probability without them, in nats, with zero in place of their outputs
     */
    public double without(int layer, Set<Integer> heads) {
        return logProbabilities(layer, List.of(heads), false)[0];
    }

    /** The token's log-probability without each set of heads of a layer. */
    private double[] logProbabilities(int layer, List<Set<Integer>> sets, boolean mean) {
        double[] found = new double[sets.size()];
        passes.at(
                position,
                layer,
                sets,
                mean,
                (set, at, logits) -> found[set] = new Distribution(logits).logProbability(token));
        return found;
    }
}
