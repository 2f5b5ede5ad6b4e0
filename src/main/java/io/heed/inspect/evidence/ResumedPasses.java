package io.heed.inspect.evidence;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.inspect.VariantBatches;
import io.heed.model.Trace.Step;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What a model computes without some heads of one layer. What a head adds to the residual stream is recorded, so the stream without it is a
 * subtraction, and the pass resumes from there: the layers before are not computed again.
 */
final class ResumedPasses {

    private final LanguageModel model;
    private final Recording recording;
    private final Step stream; // what the heads write to before anything else reads it

    /** Takes logits. */
    @FunctionalInterface
    interface Reader {

        /**
         * Takes the logits of one position.
         *
         * @param set the index of the set of heads that is missing
         * @param position the position, from 0
         * @param logits (V)
         */
        void read(int set, int position, float[] logits);
    }

    /** @param recording as {@link Ablation} takes it */
    ResumedPasses(LanguageModel model, Recording recording) {
        this.model = model;
        this.recording = recording;
        stream = model.transformer().afterAttention();
    }

    /**
     * Passes on the logits of one position without each set of heads.
     *
     * @param mean whether the heads' outputs are replaced by their mean over the text's positions, instead of zero
     */
    void at(int position, int layer, List<Set<Integer>> sets, boolean mean, Reader reader) {
        // positions after the prediction's do not reach it; nor, once no attention follows, do those before
        int from = layer == recording.layers() - 1 ? position : 0;
        int next = 0;
        for (List<Set<Integer>> rows : VariantBatches.cut(sets, model, position + 1 - from)) {
            try (NDManager reading = model.newReading()) {
                NDArray all = streams(reading, layer, rows, mean, from, position + 1);
                for (float[] logits : model.resume(all, layer, stream)) {
                    reader.read(next++, position, logits);
                }
            }
        }
    }

    /** Passes on the logits of every position without each set of heads, with zero in place of their outputs. */
    void everywhere(int layer, List<Set<Integer>> sets, Reader reader) {
        int length = recording.length();
        int next = 0;
        for (List<Set<Integer>> rows : VariantBatches.cutForLogits(sets, model, length)) {
            try (NDManager reading = model.newReading()) {
                NDArray all = streams(reading, layer, rows, false, 0, length);
                for (float[] logits : model.resumeEverywhere(all, layer, stream)) {
                    reader.read(next / length, next % length, logits);
                    next++;
                }
            }
        }
    }

    /** The streams without each set of heads, from a position to before another, (B,T,C). */
    private NDArray streams(NDManager reading, int layer, List<Set<Integer>> sets, boolean mean, int from, int to) {
        int width = model.transformer().config().width();
        float[] all = new float[sets.size() * (to - from) * width];
        for (int row = 0; row < sets.size(); row++) {
            float[] stream = without(layer, sets.get(row), mean, from, to);
            System.arraycopy(stream, 0, all, row * stream.length, stream.length);
        }
        return reading.create(all, new Shape(sets.size(), to - from, width));
    }

    /** The stream that attention writes to, without some heads or with their mean, (T,C). */
    private float[] without(int layer, Set<Integer> heads, boolean mean, int from, int to) {
        Tensor whole = recording.get(layer, stream); // (T,C)
        int width = (int) whole.shape()[1];
        float[] rest = Arrays.copyOfRange(whole.values(), from * width, to * width);
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
