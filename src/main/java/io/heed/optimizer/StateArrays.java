package io.heed.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.heed.HeedException;
import io.heed.checkpoint.Safetensors;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Named arrays that persist from step to step, restored from an earlier part of the run or started at zero. */
public final class StateArrays {

    private final Map<String, Safetensors.StoredArray> before;
    private final Map<String, NDArray> arrays = new LinkedHashMap<>();

    /**
     * Creates the arrays' container.
     *
     * @param before the saved content of {@link #arrays}; empty for a new run
     */
    public StateArrays(Map<String, Safetensors.StoredArray> before) {
        this.before = before;
    }

    /** Whether an earlier part of the run left an array of this name. */
    public boolean has(String name) {
        return before.containsKey(name);
    }

    /** Returns the numbers of an array that an earlier part of the run left; none if it left no such array. */
    public float[] numbers(String name) {
        Safetensors.StoredArray tensor = before.get(name);
        return tensor == null ? new float[0] : tensor.floats();
    }

    /**
     * Creates or restores an array and keeps it.
     *
     * @param owner the manager whose closing frees it
     */
    NDArray array(NDManager owner, String name, Shape shape) {
        NDArray array = has(name) ? left(owner, name, shape) : owner.zeros(shape);
        arrays.put(name, array);
        return array;
    }

    /** Keeps an array created elsewhere. */
    public void keep(String name, NDArray array) {
        arrays.put(name, array);
    }

    /**
     * Returns the array that an earlier part of the run left under a name, in memory allocated by the engine: the last
     * bit of a product may depend on how its arrays are aligned.
     *
     * @throws HeedException if it is missing or has another shape
     */
    public NDArray left(NDManager owner, String name, Shape shape) {
        Safetensors.StoredArray tensor = before.get(name);
        if (tensor == null || !Arrays.equals(tensor.shape(), shape.getShape())) {
            throw new HeedException("the state of the run has %s where %s of the shape %s is needed"
                    .formatted(tensor == null ? "nothing" : Arrays.toString(tensor.shape()), name, shape));
        }
        try (NDArray read = owner.create(tensor.floats(), shape)) {
            return read.duplicate();
        }
    }

    /** All arrays by name. */
    public Map<String, NDArray> arrays() {
        return Collections.unmodifiableMap(arrays);
    }
}
