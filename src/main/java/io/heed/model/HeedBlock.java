package io.heed.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.ParameterStore;
import java.util.function.UnaryOperator;

/** The base of Heed's blocks, whose parameter shapes are known from the start. */
abstract class HeedBlock extends AbstractBlock {

    /** Returns a parameter's array, in the format it is kept in, on the device of {@code x}. */
    static NDArray value(ParameterStore store, Parameter parameter, NDArray x, boolean training) {
        return store.getValue(parameter, x.getDevice(), training);
    }

    /** {@code x·W}. */
    static NDArray product(ParameterStore store, NDArray x, Parameter matrix, boolean training) {
        return inFloat32(store, x, matrix, training, x::matMul);
    }

    /**
     * Applies a function to a parameter's array, which exists in float32 no longer than the function takes if it is kept in another
     * format.
     */
    static NDArray inFloat32(
            ParameterStore store, NDArray x, Parameter parameter, boolean training, UnaryOperator<NDArray> function) {
        NDArray kept = value(store, parameter, x, training);
        if (kept.getDataType() == DataType.FLOAT32) {
            return function.apply(kept);
        }
        try (NDManager converting = x.getManager().newSubManager()) {
            NDArray converted = kept.toType(DataType.FLOAT32, false);
            converted.attach(converting);
            NDArray result = function.apply(converted);
            result.attach(x.getManager());
            return result;
        }
    }

    /**
     * Applies dropout while training: sets a share of the numbers to zero and scales up the rest (Srivastava et al.
     * 2014).
     */
    static NDArray drop(NDArray x, float rate, boolean training) {
        return training && rate > 0 ? Dropout.dropout(x, rate, true).head() : x;
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
        for (Block child : getChildren().values()) {
            child.initialize(manager, type, inputShapes);
        }
    }

    /** {@inheritDoc} Most blocks keep the shape of their input. */
    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0]};
    }
}
