package io.heed.inspect.evidence;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.inspect.VariantBatches;
import io.heed.model.Distribution;
import io.heed.model.Trace.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What a prediction loses without some heads: evidence, which attention weights alone are not (Jain and Wallace, arXiv 1902.10186). A
 * head is ablated by replacing its outputs with zero, or with their mean over the text's positions (Michel et al., arXiv 1905.10650).
 *
 * <p>What a head adds to the residual stream is recorded, so the stream without it is a subtraction, and the pass resumes from there:
 * the layers before are not computed again.
 */
public final class Ablation {

    private final LanguageModel model;
    private final Recording recording;
    private final int position;
    private final int token;
    private final Step stream; // what the heads write to before anything else reads it

    /**
     * Prepares to ablate heads of a model in one prediction.
     *
     * @param recording of that model, with {@link Step#RESIDUAL_MIDDLE}, with a parallel residual {@link Step#RESIDUAL_AFTER}, and with
     *     {@link Step#HEAD_CONTRIBUTION} and {@link Step#LOGITS}
     * @param position where the prediction is made, from 0: the position before the predicted one
     * @param token the id whose log-probability is looked at
     */
    public Ablation(LanguageModel model, Recording recording, int position, int token) {
        this.model = model;
        this.recording = recording;
        this.position = position;
        this.token = token;
        stream = model.transformer().afterAttention();
    }

    /** Ablates each head by itself. */
    public List<HeadAblation> ofEachHead() {
        double whole = new Distribution(recording.logits(position)).logProbability(token);
        List<Set<Integer>> each = IntStream.range(
                        0, model.transformer().config().heads())
                .mapToObj(Set::of)
                .toList();
        List<HeadAblation> ablations = new ArrayList<>();
        for (int layer = 0; layer < recording.layers(); layer++) {
            double[] zero = logProbabilities(layer, each, false);
            double[] mean = logProbabilities(layer, each, true);
            for (int head = 0; head < zero.length; head++) {
                ablations.add(new HeadAblation(layer, head, zero[head] - whole, mean[head] - whole));
            }
        }
        return ablations;
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
        // positions after the prediction's do not reach it; nor, once no attention follows, do those before
        int from = layer == recording.layers() - 1 ? position : 0;
        int length = position + 1 - from;
        double[] found = new double[sets.size()];
        int next = 0;
        for (List<Set<Integer>> rows : VariantBatches.cut(sets, model, length)) {
            float[][] streams = rows.stream()
                    .map(heads -> without(layer, heads, mean, from))
                    .toArray(float[][]::new);
            try (NDManager reading = model.newReading()) {
                long width = streams[0].length / length;
                NDArray all = reading.create(joined(streams), new Shape(rows.size(), length, width)); // (B,T,C)
                for (float[] logits : model.resume(all, layer, stream)) {
                    found[next++] = new Distribution(logits).logProbability(token);
                }
            }
        }
        return found;
    }

    private static float[] joined(float[][] streams) {
        float[] all = new float[streams.length * streams[0].length];
        for (int row = 0; row < streams.length; row++) {
            System.arraycopy(streams[row], 0, all, row * streams[row].length, streams[row].length);
        }
        return all;
    }

    /** The stream that attention writes to, without some heads or with their mean, (T,C) from a position to the prediction's. */
    private float[] without(int layer, Set<Integer> heads, boolean mean, int from) {
        Tensor whole = recording.get(layer, stream); // (T,C)
        int width = (int) whole.shape()[1];
        float[] rest = Arrays.copyOfRange(whole.values(), from * width, (position + 1) * width);
        for (int head : heads) {
            float[] written =
                    recording.get(layer, Step.HEAD_CONTRIBUTION).at(head).values(); // (T,C)
            double[] instead = mean ? mean(written, width) : new double[width];
            for (int i = 0; i < rest.length; i++) {
                rest[i] += (float) (instead[i % width] - written[from * width + i]);
            }
        }
        return rest;
    }

    /** The mean over positions, (C). */
    private static double[] mean(float[] written, int width) {
        double[] mean = new double[width];
        for (int i = 0; i < written.length; i++) {
            mean[i % width] += (double) written[i] * width / written.length;
        }
        return mean;
    }
}
