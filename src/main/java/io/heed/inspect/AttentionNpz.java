package io.heed.inspect;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.function.Function;

/** Attention maps as a NumPy archive; docs/formats.md lists its arrays. */
final class AttentionNpz {

    private AttentionNpz() {}

    /**
     * Returns the archive: {@code ids} (T) int64, and float32 {@code weights}, {@code scores}, {@code unmasked_scores}, each (layers,
     * heads, T, T).
     */
    static byte[] of(AttentionMaps maps) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            NDArray ids = manager.create(maps.encoded().ids());
            ids.setName("ids");
            NDList arrays = new NDList(ids);
            arrays.add(stack(manager, maps, "weights", AttentionMaps.Head::weights));
            arrays.add(stack(manager, maps, "scores", AttentionMaps.Head::scores));
            arrays.add(stack(manager, maps, "unmasked_scores", AttentionMaps.Head::unmaskedScores));
            return arrays.encode(NDList.Encoding.NPZ);
        }
    }

    private static NDArray stack(
            NDManager manager, AttentionMaps maps, String name, Function<AttentionMaps.Head, float[][]> part) {
        int length = maps.length();
        Shape shape = new Shape(maps.layers().size(), maps.headsPerLayer(), length, length);
        float[] values = new float[Math.toIntExact(shape.size())];
        int next = 0;
        for (AttentionMaps.Layer layer : maps.layers()) {
            for (AttentionMaps.Head head : layer.heads()) {
                for (float[] row : part.apply(head)) {
                    System.arraycopy(row, 0, values, next, length);
                    next += length;
                }
            }
        }
        NDArray array = manager.create(values, shape);
        array.setName(name);
        return array;
    }
}
