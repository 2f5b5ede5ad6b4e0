package io.heed.inspect.files;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.heed.inspect.Recording;
import io.heed.model.Trace.Step;

/** Attention maps as a NumPy archive; docs/formats.md lists its arrays. */
final class AttentionNpz {

    private AttentionNpz() {}

    /**
     * Returns the archive: {@code ids} (T) int64, and float32 {@code weights}, {@code scores}, {@code unmasked_scores}, each (layers,
     * heads, T, T).
     */
    static byte[] of(Recording maps) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            NDArray ids = manager.create(maps.encoded().ids());
            ids.setName("ids");
            NDList arrays = new NDList(ids);
            arrays.add(stack(manager, maps, "weights", Step.WEIGHTS));
            arrays.add(stack(manager, maps, "scores", Step.SCORES));
            arrays.add(stack(manager, maps, "unmasked_scores", Step.UNMASKED_SCORES));
            return arrays.encode(NDList.Encoding.NPZ);
        }
    }

    private static NDArray stack(NDManager manager, Recording maps, String name, Step step) {
        int length = maps.length();
        NDList layers = new NDList();
        for (int layer = 0; layer < maps.layers(); layer++) {
            layers.add(manager.create(maps.get(layer, step).values(), new Shape(maps.heads(), length, length)));
        }
        NDArray array = NDArrays.stack(layers);
        array.setName(name);
        return array;
    }
}
