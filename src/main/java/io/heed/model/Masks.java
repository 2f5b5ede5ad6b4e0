package io.heed.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.heed.model.shape.ModelConfig;
import io.heed.model.shape.SlidingWindow;

/** Attention masks of the explicit rendering: 0 for a key that a query may attend to, minus infinity for the others. */
final class Masks {

    private Masks() {}

    /** What the queries of each layer see, (T,T): everything before, or the layer's window of that. */
    static NDList ofLayers(NDArray ids, ModelConfig config) {
        long positions = ids.getShape().get(1);
        NDArray all = causal(ids.getManager(), positions, positions);
        SlidingWindow window = config.attention().window();
        NDArray near = window == null ? all : causal(ids.getManager(), positions, window.size());
        NDList masks = new NDList();
        for (int i = 0; i < config.layers(); i++) {
            masks.add(window != null && window.isIn(i) ? near : all);
        }
        return masks;
    }

    /** (T,T): each position attends to itself and those right before it, {@code window} in all. */
    static NDArray causal(NDManager owner, long positions, long window) {
        int size = Math.toIntExact(positions);
        float[] mask = new float[Math.multiplyExact(size, size)];
        for (int query = 0; query < size; query++) {
            for (int key = 0; key < size; key++) {
                if (key > query || key <= query - window) {
                    mask[query * size + key] = Float.NEGATIVE_INFINITY;
                }
            }
        }
        return owner.create(mask, new Shape(size, size));
    }

    /**
     * (B,1,1,S): every position attends to those that are not padding.
     *
     * @param lengths (B) int64, the number of such positions of each row
     */
    static NDArray unpadded(NDArray lengths, long positions) {
        int size = Math.toIntExact(positions);
        long[] known = lengths.toLongArray();
        float[] mask = new float[known.length * size];
        for (int row = 0; row < known.length; row++) {
            for (int key = (int) known[row]; key < size; key++) {
                mask[row * size + key] = Float.NEGATIVE_INFINITY;
            }
        }
        return lengths.getManager().create(mask, new Shape(known.length, 1, 1, size));
    }
}
