package io.heed.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.heed.checkpoint.Safetensors.StoredArray;
import io.heed.checkpoint.family.Families;
import io.heed.checkpoint.family.Family;
import io.heed.checkpoint.family.StoredAs;
import io.heed.model.Transformer;
import io.heed.model.Weight;
import io.heed.model.shape.ModelConfig;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A transformer's weights as the tensors of its family's folders, in float32; {@link StoredTensors} reads them. */
final class WrittenTensors {

    private final ModelConfig config;
    private final Family family;
    private final Map<String, StoredArray> tensors = new LinkedHashMap<>();

    private WrittenTensors(ModelConfig config) {
        this.config = config;
        family = Families.of(config);
    }

    /** Returns the tensors by their names in the file. */
    static Map<String, StoredArray> of(Transformer transformer) {
        WrittenTensors written = new WrittenTensors(transformer.config());
        for (Weight weight : transformer.plan().weights()) {
            NDArray array = Objects.requireNonNull(transformer.namedParameters().get(weight.name()))
                    .getArray();
            written.add(weight, array);
        }
        return written.tensors;
    }

    private void add(Weight weight, NDArray array) {
        StoredAs stored = family.stored(weight, config);
        double factor = Family.power(config.embeddingScale(), Family.scalePower(weight, config));
        if (stored.isAsPlanned()) {
            add(stored, 0, array.getShape(), factor == 1 ? array.toByteBuffer(true) : multiplied(array, factor));
            return;
        }
        List<Long> columns = stored.columns(array.getShape(), config);
        List<Shape> shapes = stored.shapes(array.getShape(), config);
        long from = 0;
        for (int i = 0; i < columns.size(); i++) {
            long to = from + columns.get(i);
            try (NDManager copying = array.getManager().newSubManager()) {
                NDArray part = array.get(copying, new NDIndex("..., {}:{}", from, to));
                NDArray ordered = stored.stored(part, config).flatten();
                ordered.attach(copying);
                add(stored, i, shapes.get(i), multiplied(ordered, factor));
            }
            from = to;
        }
    }

    private void add(StoredAs stored, int index, Shape shape, ByteBuffer values) {
        String name = family.fullName(stored.tensors().get(index));
        tensors.put(name, new StoredArray("F32", shape.getShape(), values));
    }

    private static ByteBuffer multiplied(NDArray array, double factor) {
        float[] values = array.toFloatArray();
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat((float) (value * factor));
        }
        return bytes.flip();
    }
}
