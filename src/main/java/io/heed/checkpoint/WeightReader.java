package io.heed.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.heed.checkpoint.family.ConfigJson;
import io.heed.checkpoint.family.Family;
import io.heed.kernels.NumberFormat;
import io.heed.model.GptInitializer;
import io.heed.model.Trace;
import io.heed.model.Weight;
import io.heed.model.WeightPlan;
import io.heed.model.shape.ModelConfig;
import java.util.List;

/**
 * Makes a model's weights of the tensors of its folder.
 *
 * @param json the folder's config.json
 * @param family its kind of folder
 * @param config the model's shape
 * @param tensors the tensors
 */
record WeightReader(ConfigJson json, Family family, ModelConfig config, StoredTensors tensors) {

    /** In the place of a matrix that another one holds. */
    private static final long NOWHERE = -1;

    /** Reads a weight in the format that a model keeps it in, or computes one that the family does not store. */
    NDArray read(NDManager owner, Weight weight, Shape shape, NumberFormat format, TensorLoader loader) {
        boolean packed = format == NumberFormat.INT8 && weight.mayBeNarrow();
        return packed ? packed(owner, weight, shape, loader) : unpacked(owner, weight, shape, format, loader);
    }

    /** Packs a weight in int8; the table of tokens is kept in bfloat16, since no row can be looked up in a packed one. */
    private NDArray packed(NDManager owner, Weight weight, Shape shape, TensorLoader loader) {
        if (weight.role() == Weight.Role.TOKENS) {
            if (config.tiedHead()) {
                packed(owner, List.of(weight), loader).close(); // the first, which the kernels know
            }
            return unpacked(owner, weight, shape, NumberFormat.BFLOAT16, loader);
        }
        boolean together = WeightPlan.packsGateWithUp(config.feedForward(), NumberFormat.INT8);
        if (together && weight.role() == Weight.Role.UP) {
            return owner.create(NOWHERE);
        }
        return packed(
                owner,
                together && weight.role() == Weight.Role.GATE ? List.of(weight, up(weight)) : List.of(weight),
                loader);
    }

    private Weight up(Weight gate) {
        return WeightPlan.of(config).get(gate.part(), gate.layer(), Weight.Role.UP);
    }

    private NDArray packed(NDManager owner, List<Weight> weights, TensorLoader loader) {
        NumberFormat exact = tensors.areBfloat16() ? NumberFormat.BFLOAT16 : NumberFormat.FLOAT32;
        NDManager reading = owner.newSubManager();
        NDList parts = new NDList();
        for (Weight weight : weights) {
            NDArray numbers = unpacked(reading, weight, weight.shape(), exact, loader);
            parts.add(weight.matrices().isEmpty() ? numbers : numbers.transpose()); // (out,in)
        }
        return loader.packer().pack(owner, reading, parts);
    }

    /** Reads or computes a weight; folds any factor of the scores into the projection of the queries. */
    private NDArray unpacked(NDManager owner, Weight weight, Shape shape, NumberFormat format, TensorLoader loader) {
        if (!tensors.has(weight)) {
            return GptInitializer.fixed(weight, config).initialize(owner, shape, DataType.FLOAT32);
        }
        float factor = queryFactor(weight);
        boolean narrow = weight.mayBeNarrow() && factor == 1; // a product with the factor would be rounded once more
        NDArray array = tensors.read(owner, weight, shape, narrow ? format : NumberFormat.FLOAT32, loader);
        if (factor != 1) {
            try (NDArray queries = array.get(new NDIndex("..., 0:{}", config.width()))) {
                queries.muli(factor); // a view
            }
        }
        return array;
    }

    /** The factor of the scores to fold into the columns of the queries; 1 for weights that have none. */
    private float queryFactor(Weight weight) {
        boolean queries =
                weight.role() == Weight.Role.QUERY_KEY_VALUE || weight.role() == Weight.Role.QUERY_KEY_VALUE_BIAS;
        return queries && weight.part() == Trace.Part.DECODER ? family.queryFactor(json, config, weight.layer()) : 1;
    }
}
