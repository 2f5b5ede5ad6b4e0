package io.heed.inspect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.heed.checkpoint.LanguageModel;
import io.heed.model.Trace;
import io.heed.model.Trace.Step;
import io.heed.model.Weight;
import io.heed.model.Weight.Role;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How much each key writes through a head: {@code ‖a·v·W_O‖}, the length of the value times the output projection, times the weight
 * (Kobayashi et al., arXiv 2004.10102). A large weight on a value that is near zero moves nothing.
 */
public final class ValueWeighted {

    private ValueWeighted() {}

    /**
     * Measures all heads.
     *
     * @param recording of that model, with {@link Step#WEIGHTS} and {@link Step#VALUE}
     * @return (H,T,T) for each layer: rows are queries, columns are keys
     */
    public static List<Tensor> of(LanguageModel model, Recording recording) {
        return IntStream.range(0, recording.layers())
                .mapToObj(layer -> of(recording.get(layer, Step.WEIGHTS), lengths(model, recording, layer)))
                .toList();
    }

    /** Weighs (H,T,T) by (H,T). */
    private static Tensor of(Tensor weights, Tensor lengths) {
        int keys = (int) lengths.shape()[1];
        float[] weighted = new float[weights.values().length];
        for (int i = 0; i < weighted.length; i++) {
            weighted[i] = weights.values()[i] * lengths.get(i / (keys * keys), i % keys);
        }
        return new Tensor(weights.shape(), weighted);
    }

    /**
     * Returns what each key would write through each head if all the weight were on it, {@code ‖v·W_O‖}.
     *
     * @param recording of that model, with {@link Step#VALUE}
     * @return (H,T) for each layer
     */
    public static List<Tensor> lengths(LanguageModel model, Recording recording) {
        return IntStream.range(0, recording.layers())
                .mapToObj(layer -> lengths(model, recording, layer))
                .toList();
    }

    private static Tensor lengths(LanguageModel model, Recording recording, int layer) {
        Tensor values = recording.get(layer, Step.VALUE); // (H,T,D)
        long heads = values.shape()[0];
        long inner = values.shape()[2];
        Weight output = model.transformer().plan().get(Trace.Part.DECODER, layer, Role.OUTPUT);
        float[] projection = model.numbers().of(output); // (H·D,C): each head has D rows
        long width = projection.length / (heads * inner);
        try (NDManager reading = model.newReading()) {
            NDArray written = reading.create(values.values(), new Shape(values.shape())) // (H,T,D)
                    .matMul(reading.create(projection, new Shape(heads, inner, width))); // (H,T,C)
            float[] lengths = written.square().sum(new int[] {2}).sqrt().toFloatArray(); // (H,T)
            return new Tensor(new long[] {heads, values.shape()[1]}, lengths);
        }
    }
}
