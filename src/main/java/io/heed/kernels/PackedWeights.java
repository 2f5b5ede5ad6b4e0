package io.heed.kernels;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.heed.HeedException;

/** Matrices that kernels keep in int8, in the form that products take; each has a number, which takes its place among the weights. */
public final class PackedWeights {

    private final ScriptModule module;

    PackedWeights(ScriptModule module) {
        this.module = module;
    }

    /**
     * Rounds a matrix to whole numbers from -127 to 127 times a scale for each output, and keeps that. The scale is the largest absolute
     * number of the output's weights over 127.
     *
     * @param matrix (out,in) in any format, on the CPU
     * @return its number, () int64
     * @throws HeedException if the engine has no such products on this processor
     */
    public NDArray pack(NDArray matrix) {
        try (IValue numbers = IValue.from((PtNDArray) matrix);
                IValue place = module.run("pack", numbers)) {
            return place.toTensor((PtNDManager) matrix.getManager());
        } catch (EngineException e) {
            throw new HeedException(
                    "the engine cannot multiply by int8 weights here (%s); use bfloat16 weights"
                            .formatted(String.valueOf(e.getMessage())
                                    .lines()
                                    .findFirst()
                                    .orElse("")),
                    e);
        }
    }
}
