package io.heed.inspect;

import ai.djl.ndarray.NDManager;
import io.heed.checkpoint.LanguageModel;
import io.heed.model.Trace;
import io.heed.text.Encoded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What every head of a model did with one text, read out of a trace into plain arrays.
 *
 * @param text what was read
 * @param encoded its tokens
 * @param layers the layers, from the first
 * @param logits for each position, how likely each token comes next, before softmax
 */
public record AttentionMaps(String text, Encoded encoded, List<Layer> layers, float[][] logits) {

    /**
     * One layer.
     *
     * @param heads its heads, from the first
     */
    public record Layer(List<Head> heads) {}

    /**
     * One head. Rows are queries, columns are keys, both T long.
     *
     * @param weights how much each query reads of each key; rows sum to one
     * @param scores what softmax made the weights of: minus infinity where a key is hidden
     * @param unmaskedScores the scores {@code q·k/√D} of all pairs, hidden ones too
     */
    public record Head(float[][] weights, float[][] scores, float[][] unmaskedScores) {}

    /** The number of tokens, T. */
    public int length() {
        return encoded.length();
    }

    /** The number of heads of a layer. */
    public int headsPerLayer() {
        return layers.get(0).heads().size();
    }

    /**
     * Lets a model read a text and looks on.
     *
     * @param encoded the text's tokens, at most the model's context
     */
    public static AttentionMaps of(LanguageModel model, String text, Encoded encoded) {
        try (NDManager reading = model.newReading()) {
            Trace trace = new Trace();
            model.read(reading, encoded.ids(), trace);
            int heads = model.transformer().config().heads();
            List<Layer> layers = new ArrayList<>();
            for (int layer = 0; layer < trace.layers(); layer++) {
                float[] weights = trace.get(layer, Trace.Step.WEIGHTS).toFloatArray(); // (1,H,T,T)
                float[] scores = trace.get(layer, Trace.Step.SCORES).toFloatArray();
                float[] unmasked = trace.get(layer, Trace.Step.UNMASKED_SCORES).toFloatArray();
                List<Head> all = new ArrayList<>();
                for (int head = 0; head < heads; head++) {
                    int length = encoded.length();
                    all.add(new Head(
                            square(weights, head, length),
                            square(scores, head, length),
                            square(unmasked, head, length)));
                }
                layers.add(new Layer(List.copyOf(all)));
            }
            int vocabulary = model.transformer().config().vocabulary();
            float[] flat = trace.logits().toFloatArray(); // (1,T,V)
            float[][] logits = new float[encoded.length()][];
            for (int position = 0; position < logits.length; position++) {
                logits[position] = Arrays.copyOfRange(flat, position * vocabulary, (position + 1) * vocabulary);
            }
            return new AttentionMaps(text, encoded, List.copyOf(layers), logits);
        }
    }

    /** The matrix of one head out of those of all. */
    private static float[][] square(float[] values, int head, int length) {
        float[][] square = new float[length][length];
        for (int row = 0; row < length; row++) {
            System.arraycopy(values, (head * length + row) * length, square[row], 0, length);
        }
        return square;
    }
}
