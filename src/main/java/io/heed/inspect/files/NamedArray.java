package io.heed.inspect.files;

import ai.djl.ndarray.NDArray;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.model.Trace;
import io.heed.model.Weight.Role;
import io.heed.model.WeightPlan;
import io.heed.text.Encoded.Span;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * An array of a dump, as every format names it; docs/formats.md lists them.
 *
 * @param name such as {@code weights}
 * @param shape its dimensions
 * @param whole whether its numbers are int64; else they are float32
 * @param pieces its bytes, little-endian, one piece after the other
 */
record NamedArray(String name, long[] shape, boolean whole, List<byte[]> pieces) {

    /** The arrays of one text: its ids and where they stand, then the others, those of layers stacked. */
    static List<NamedArray> of(Recording recording, List<TextArray> others) {
        List<NamedArray> arrays = new ArrayList<>();
        List<Span> spans = recording.encoded().spans();
        arrays.add(longs("ids", LongStream.of(recording.encoded().ids())));
        arrays.add(longs("starts", spans.stream().mapToLong(Span::start)));
        arrays.add(longs("ends", spans.stream().mapToLong(Span::end)));
        for (TextArray array : others) {
            arrays.add(
                    array.layered()
                            ? stack(array.name(), array.tensors())
                            : floats(array.name(), array.tensors().get(0)));
        }
        return arrays;
    }

    /** What makes a head's contribution of its output: {@code output_projection}, (layers,C,C), of which each head has D rows. */
    static NamedArray ofOutputProjection(LanguageModel model) {
        List<Tensor> layers = new ArrayList<>();
        for (int layer = 0; layer < model.transformer().config().layers(); layer++) {
            layers.add(tensor(model.weights(Trace.Part.DECODER, layer, Role.OUTPUT)));
        }
        return stack("output_projection", layers);
    }

    /**
     * What makes logits of the sum of all contributions: {@code unembedding} (V,C), {@code final_norm_weight}, {@code final_norm_bias}
     * (C), {@code final_norm_epsilon} (1) and {@code attention_bias} (layers,C), which no head contributes.
     */
    static List<NamedArray> ofEnd(LanguageModel model) {
        List<Tensor> biases = new ArrayList<>();
        for (int layer = 0; layer < model.transformer().config().layers(); layer++) {
            biases.add(tensor(model.weights(Trace.Part.DECODER, layer, Role.OUTPUT_BIAS)));
        }
        WeightPlan plan = model.transformer().plan();
        float epsilon = (float) model.transformer().config().norm().epsilon();
        return List.of(
                floats("unembedding", tensor(model.unembedding())),
                floats("final_norm_weight", tensor(model.weights(plan.get(Role.FINAL_NORM)))),
                floats("final_norm_bias", tensor(model.weights(plan.get(Role.FINAL_NORM_SHIFT)))),
                floats("final_norm_epsilon", new Tensor(new long[] {1}, new float[] {epsilon})),
                stack("attention_bias", biases));
    }

    private static Tensor tensor(NDArray array) {
        return new Tensor(array.getShape().getShape(), array.toFloatArray());
    }

    static NamedArray floats(String name, Tensor tensor) {
        return new NamedArray(name, tensor.shape(), false, List.of(bytes(tensor.values())));
    }

    static NamedArray stack(String name, List<Tensor> tensors) {
        long[] shape = LongStream.concat(
                        LongStream.of(tensors.size()),
                        LongStream.of(tensors.get(0).shape()))
                .toArray();
        List<byte[]> pieces =
                tensors.stream().map(tensor -> bytes(tensor.values())).toList();
        return new NamedArray(name, shape, false, pieces);
    }

    static NamedArray longs(String name, LongStream values) {
        long[] all = values.toArray();
        ByteBuffer bytes = ByteBuffer.allocate(all.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(all);
        return new NamedArray(name, new long[] {all.length}, true, List.of(bytes.array()));
    }

    private static byte[] bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    /** The number of its bytes. */
    long size() {
        return pieces.stream().mapToLong(piece -> piece.length).sum();
    }
}
