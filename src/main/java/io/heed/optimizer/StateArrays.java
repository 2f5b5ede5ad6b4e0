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

/** What a run keeps in arrays from step to step, by name: what an earlier part of the run left, or zeros. */
public final class StateArrays {

    private final Map<String, Safetensors.StoredArray> before;
    private final Map<String, NDArray> arrays = new LinkedHashMap<>();

    /**
     * Creates a memory.
     *
     * @param before what {@link #arrays} held when the run was saved; empty at its beginning
     */
    public StateArrays(Map<String, Safetensors.StoredArray> before) {
        this.before = before;
    }

    /** Whether an earlier part of the run left an array of this name. */
    public boolean has(String name) {
        return before.containsKey(name);
    }

    /**
     * Makes an array that is to be kept.
     *
     * @param owner whose closing frees it
     */
    NDArray array(NDManager owner, String name, Shape shape) {
        NDArray array = has(name) ? left(owner, name, shape) : owner.zeros(shape);
        arrays.put(name, array);
        return array;
    }

    /** Keeps an array that somebody else has made. */
    public void keep(String name, NDArray array) {
        arrays.put(name, array);
    }

    /**
     * What an earlier part of the run left under a name, in memory that the engine has laid out itself: products may differ in the last
     * bit between arrays that begin at other multiples of bytes.
     *
     * @throws HeedException if it is missing or of another shape
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
