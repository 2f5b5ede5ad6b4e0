package io.heed.inspect;

import io.heed.checkpoint.LanguageModel;
import io.heed.model.Trace.Step;
import java.util.Arrays;

/**
 * How much each key writes through a head: {@code ‖a·v·W_O‖}, the length of the value times the output projection, times the weight
 * (Kobayashi et al., arXiv 2004.10102). A large weight on a value that is near zero moves nothing.
 */
public final class ValueWeighted {

    private ValueWeighted() {}

    /**
     * Measures one head.
     *
     * @param recording of that model, with {@link Step#WEIGHTS} and {@link Step#VALUE}
     * @return (T,T): rows are queries, columns are keys
     */
    public static double[][] of(LanguageModel model, Recording recording, int layer, int head) {
        int width = model.transformer().config().width();
        int inner = model.transformer().config().headWidth();
        float[] rows =
                model.weights("h." + layer + ".attn.c_proj.weight").toFloatArray(); // (C,C), of which a head has D rows
        float[] ofHead = Arrays.copyOfRange(rows, head * inner * width, (head + 1) * inner * width);
        float[][] values = recording.get(layer, Step.VALUE).at(head).rows();
        double[] lengths = new double[values.length];
        for (int key = 0; key < values.length; key++) {
            lengths[key] = length(values[key], ofHead, width);
        }
        float[][] weights = recording.weights(layer, head);
        double[][] weighted = new double[weights.length][weights.length];
        for (int query = 0; query < weights.length; query++) {
            for (int key = 0; key <= query; key++) {
                weighted[query][key] = weights[query][key] * lengths[key];
            }
        }
        return weighted;
    }

    private static double length(float[] value, float[] projection, int width) {
        double squares = 0;
        for (int c = 0; c < width; c++) {
            double written = 0;
            for (int d = 0; d < value.length; d++) {
                written += value[d] * projection[d * width + c];
            }
            squares += written * written;
        }
        return Math.sqrt(squares);
    }
}
