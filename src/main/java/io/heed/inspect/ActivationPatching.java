package io.heed.inspect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.model.Distribution;
import io.heed.model.Trace.Step;
import io.heed.text.Encoded;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Where in a model the difference between two texts is decided: while it reads one, the residual stream at one layer and position is
 * replaced by that of the other (activation patching, or causal tracing; Meng et al., arXiv 2202.05262).
 *
 * @param clean the text whose prediction is brought back
 * @param corrupted the text that is read
 * @param answer the id of the likeliest token after the clean text
 * @param other the id of the likeliest token after the corrupted one
 * @param cleanDifference the logit of the answer less that of the other, after the clean text
 * @param corruptedDifference the same after the corrupted text
 * @param recovered for each layer's input and position the share of the way from the corrupted difference to the clean one that the
 *     patch brings back: 0 nothing, 1 all
 */
public record ActivationPatching(
        Encoded clean,
        Encoded corrupted,
        int answer,
        int other,
        double cleanDifference,
        double corruptedDifference,
        double[][] recovered) {

    /**
     * Patches every layer's input at every position.
     *
     * @param clean at most the model's context
     * @param corrupted as many tokens
     * @throws HeedException if the texts have different numbers of tokens or the same prediction
     */
    public static ActivationPatching of(LanguageModel model, Encoded clean, Encoded corrupted) {
        if (clean.length() != corrupted.length()) {
            throw new HeedException(
                    ("the texts have %d and %d tokens; to patch one with the other they need equally many,"
                                    + " as \"the cat sat on the\" and \"the dog sat on the\" have")
                            .formatted(clean.length(), corrupted.length()));
        }
        int last = clean.length() - 1;
        Set<Step> needed = Set.of(Step.RESIDUAL_BEFORE, Step.LOGITS);
        Recording ofClean = Recording.of(model, "", clean, needed);
        Recording ofCorrupted = Recording.of(model, "", corrupted, needed);
        int answer = Distribution.likeliest(ofClean.logits(last));
        int other = Distribution.likeliest(ofCorrupted.logits(last));
        if (answer == other) {
            throw new HeedException("both texts are followed by \"%s\"; choose texts with different predictions"
                    .formatted(model.tokenizer().token(answer)));
        }
        double cleanDifference = difference(ofClean.logits(last), answer, other);
        double corruptedDifference = difference(ofCorrupted.logits(last), answer, other);
        double[][] recovered = new double[ofClean.layers()][];
        for (int layer = 0; layer < recovered.length; layer++) {
            double[] patched = patched(
                    model,
                    ofClean.get(layer, Step.RESIDUAL_BEFORE),
                    ofCorrupted.get(layer, Step.RESIDUAL_BEFORE),
                    layer,
                    answer,
                    other);
            recovered[layer] = Arrays.stream(patched)
                    .map(difference -> (difference - corruptedDifference) / (cleanDifference - corruptedDifference))
                    .toArray();
        }
        return new ActivationPatching(clean, corrupted, answer, other, cleanDifference, corruptedDifference, recovered);
    }

    /** The difference of logits after the corrupted text, for a patch at each position of one layer. */
    private static double[] patched(
            LanguageModel model, Tensor clean, Tensor corrupted, int layer, int answer, int other) {
        int length = (int) clean.shape()[0];
        long width = clean.shape()[1];
        double[] differences = new double[length];
        List<Integer> positions = IntStream.range(0, length).boxed().toList();
        for (List<Integer> rows : Rows.cut(positions, model, length)) {
            try (NDManager reading = model.newReading()) {
                NDArray patched =
                        reading.create(patched(clean, corrupted, rows), new Shape(rows.size(), length, width));
                float[][] logits = model.resume(patched, layer, Step.RESIDUAL_BEFORE);
                for (int row = 0; row < rows.size(); row++) {
                    differences[rows.get(row)] = difference(logits[row], answer, other);
                }
            }
        }
        return differences;
    }

    /** The corrupted stream, once for each position at which the clean one is put in its place, (B,T,C). */
    private static float[] patched(Tensor clean, Tensor corrupted, List<Integer> positions) {
        int size = clean.values().length;
        int width = (int) clean.shape()[1];
        float[] all = new float[positions.size() * size];
        for (int row = 0; row < positions.size(); row++) {
            int at = positions.get(row) * width;
            System.arraycopy(corrupted.values(), 0, all, row * size, size);
            System.arraycopy(clean.values(), at, all, row * size + at, width);
        }
        return all;
    }

    private static double difference(float[] logits, int answer, int other) {
        return (double) logits[answer] - logits[other];
    }
}
