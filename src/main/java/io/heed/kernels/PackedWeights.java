package io.heed.kernels;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import io.heed.HeedException;

/** Matrices that kernels keep in int8, in the form that products take; each has a number, which takes its place among the weights. */
public final class PackedWeights {

    private final ScriptModule module;

    PackedWeights(ScriptModule module) {
        this.module = module;
    }

    /**
     * Rounds a matrix to whole numbers from -127 to 127 times a scale for each output. The scale is the largest absolute number of the
     * output's weights over 127. Several threads may pack at once.
     *
     * @param reading the manager of the matrix, which is closed as soon as it is rounded
     * @param parts the matrix (out,in), or several with the outputs of one after those of another, in any format, on the CPU
     * @throws HeedException if the engine has no such products on this processor
     */
    public Packed pack(NDManager reading, NDList parts) {
        long inputs = parts.head().getShape().get(1);
        try (IValue rounded = rounded(reading, parts)) {
            return new Packed(module.run("pack", rounded), inputs);
        } catch (EngineException e) {
            throw missing(e);
        }
    }

    private IValue rounded(NDManager reading, NDList parts) {
        try (reading;
                IValue numbers = ScriptModule.list(parts)) {
            return module.run("round_matrix", numbers);
        }
    }

    /**
     * Keeps a packed matrix and closes it; its number is that of those kept before. Only one thread may keep matrices.
     *
     * @throws HeedException as {@link #pack}
     */
    public void keep(Packed packed) {
        try (packed;
                IValue inputs = IValue.from(packed.inputs)) {
            module.run("keep", packed.value, inputs).close();
        } catch (EngineException e) {
            throw missing(e);
        }
    }

    private static HeedException missing(EngineException e) {
        String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return new HeedException(
                "the engine cannot multiply by int8 weights here (%s); use bfloat16 weights".formatted(reason), e);
    }

    /** A matrix in the form that products take. */
    public static final class Packed implements AutoCloseable {

        private final IValue value;
        private final long inputs;

        private Packed(IValue value, long inputs) {
            this.value = value;
            this.inputs = inputs;
        }

        @Override
        public void close() {
            value.close();
        }
    }
}
