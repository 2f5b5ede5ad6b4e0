package io.heed.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.heed.HeedException;
import io.heed.kernels.NumberFormat;
import java.util.Objects;

/**
 * The numbers of a transformer's weights, whatever the format they are kept in.
 *
 * @param transformer the transformer
 */
public record WeightNumbers(Transformer transformer) {

    /**
     * Checks that a transformer has its weights as numbers: in int8, only its fused operations know them.
     *
     * @throws HeedException if they are kept in int8
     */
    public static void requireIn(Transformer transformer) {
        if (transformer.format() == NumberFormat.INT8) {
            throw new HeedException(
                    "a model kept in int8 has no maps or steps to show; open it with --weights bfloat16");
        }
    }

    /** Returns the numbers of a weight, row by row. */
    public float[] of(Weight weight) {
        return floats(array(weight));
    }

    /** Returns one row of a weight. */
    public float[] row(Weight weight, long row) {
        try (NDArray one = array(weight).get(row)) {
            return floats(one);
        }
    }

    private NDArray array(Weight weight) {
        requireIn(transformer);
        return Objects.requireNonNull(transformer.namedParameters().get(weight.name()))
                .getArray();
    }

    private static float[] floats(NDArray array) {
        if (array.getDataType() == DataType.FLOAT32) {
            return array.toFloatArray();
        }
        try (NDArray converted = array.toType(DataType.FLOAT32, false)) {
            return converted.toFloatArray();
        }
    }
}
