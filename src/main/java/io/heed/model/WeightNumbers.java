package io.heed.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Objects;

/**
 * The numbers of a transformer's weights, whatever the format they are kept in.
 *
 * @param transformer the transformer
 */
public record WeightNumbers(Transformer transformer) {

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
