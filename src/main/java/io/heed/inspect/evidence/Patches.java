package io.heed.inspect.evidence;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.inspect.TokenAlignment.Pair;
import io.heed.inspect.VariantBatches;
import io.heed.model.Trace.Step;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Streams of a corrupted text that hold a part of the clean one's, and what the model says of them.
 *
 * @param aligned which of their tokens correspond
 * @param share what is computed of the logits after the corrupted text
 */
record Patches(
        LanguageModel model,
        Recording clean,
        Recording corrupted,
        List<Pair> aligned,
        ToDoubleFunction<float[]> share) {

    /** The share for each pair of tokens, with the stream before a layer replaced there; 0 where only one text has a token. */
    double[] ofTokens(int layer) {
        List<Integer> patched = IntStream.range(0, aligned.size())
                .filter(i -> aligned.get(i).inBoth())
                .boxed()
                .toList();
        double[] found =
                shares(layer, Step.RESIDUAL_BEFORE, patched.size(), i -> atToken(layer, aligned.get(patched.get(i))));
        double[] shares = new double[aligned.size()];
        for (int i = 0; i < found.length; i++) {
            shares[patched.get(i)] = found[i];
        }
        return shares;
    }

    /** The share for each head, with what it adds replaced at all tokens that correspond. */
    double[] ofHeads(int layer) {
        Step step = model.transformer().afterAttention();
        return shares(layer, step, model.transformer().config().heads(), head -> ofHead(layer, step, head));
    }

    /** The shares of {@code count} streams (T,C). */
    private double[] shares(int layer, Step step, int count, IntFunction<float[]> patched) {
        double[] shares = new double[count];
        int width = model.transformer().config().width();
        int positions = corrupted.length();
        List<Integer> all = IntStream.range(0, count).boxed().toList();
        for (List<Integer> rows : VariantBatches.cut(all, model, positions)) {
            float[] streams = new float[rows.size() * positions * width];
            for (int row = 0; row < rows.size(); row++) {
                System.arraycopy(patched.apply(rows.get(row)), 0, streams, row * positions * width, positions * width);
            }
            try (NDManager reading = model.newReading()) {
                NDArray stream = reading.create(streams, new Shape(rows.size(), positions, width)); // (B,T,C)
                float[][] logits = model.resume(stream, layer, step);
                for (int row = 0; row < rows.size(); row++) {
                    shares[rows.get(row)] = share.applyAsDouble(logits[row]);
                }
            }
        }
        return shares;
    }

    /** The corrupted stream before a layer, with the clean one at a token that both texts have, (T,C). */
    private float[] atToken(int layer, Pair pair) {
        int from = Objects.requireNonNull(pair.first());
        int to = Objects.requireNonNull(pair.second());
        float[] stream = corrupted.get(layer, Step.RESIDUAL_BEFORE).values().clone();
        float[] instead = clean.get(layer, Step.RESIDUAL_BEFORE).at(from).values();
        System.arraycopy(instead, 0, stream, to * instead.length, instead.length);
        return stream;
    }

    /** A corrupted stream that holds what one head adds in the clean text instead of what it adds in the corrupted one, (T,C). */
    private float[] ofHead(int layer, Step step, int head) {
        float[] stream = corrupted.get(layer, step).values().clone();
        float[] added = corrupted.get(layer, Step.HEAD_CONTRIBUTION).at(head).values();
        float[] instead = clean.get(layer, Step.HEAD_CONTRIBUTION).at(head).values();
        int width = stream.length / corrupted.length();
        for (Pair pair : aligned) {
            Integer from = pair.first();
            Integer to = pair.second();
            if (from != null && to != null) {
                for (int i = 0; i < width; i++) {
                    stream[to * width + i] += instead[from * width + i] - added[to * width + i];
                }
            }
        }
        return stream;
    }
}
