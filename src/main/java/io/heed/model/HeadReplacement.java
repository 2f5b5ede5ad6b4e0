package io.heed.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.heed.model.shape.ModelConfig;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes sets of heads out of a decoder's pass, however many layers they are in: at every position, each head's output {@code z} is
 * replaced by a fixed vector. The layers that follow read the result.
 */
public final class HeadReplacement implements Trace.Intervention {

    private final int rows;
    private final Map<Integer, float[]> kept =
            new HashMap<>(); // by layer: 1 for each head that stays, 0 for the others, (R,H)
    private final Map<Integer, float[]> filled =
            new HashMap<>(); // by layer: the vectors of those that do not stay, (R,H·D)

    /**
     * Prepares to take the same heads out of every row of a batch.
     *
     * @param heads the heads
     * @param outputs for each layer and head the output that takes its place, (layers,H,D); those of other heads are not used
     */
    public HeadReplacement(Collection<Head> heads, float[][][] outputs) {
        this(List.of(heads), outputs);
    }

    /**
     * Prepares to take heads out of a batch, other ones in each row.
     *
     * @param sets the heads of each row
     * @param outputs for each layer and head the output that takes its place, (layers,H,D); those of other heads are not used
     */
    public HeadReplacement(List<? extends Collection<Head>> sets, float[][][] outputs) {
        rows = sets.size();
        for (int row = 0; row < rows; row++) {
            for (Head head : sets.get(row)) {
                float[][] ofLayer = outputs[head.layer()];
                float[] instead = ofLayer[head.head()];
                int at = row * ofLayer.length + head.head();
                int all = rows * ofLayer.length;
                kept.computeIfAbsent(head.layer(), layer -> ones(all))[at] = 0;
                float[] vectors = filled.computeIfAbsent(head.layer(), layer -> new float[all * instead.length]);
                System.arraycopy(instead, 0, vectors, at * instead.length, instead.length);
            }
        }
    }

    /** Makes the traces of passes without some heads: their outputs are zero. */
    public static PassTraces zero(Collection<Head> heads, ModelConfig config) {
        HeadReplacement replacement = new HeadReplacement(heads, zeros(config));
        return lengths -> new Trace(Set.of(), replacement);
    }

    /** Zeros in place of every head's output, (layers,H,D). */
    public static float[][][] zeros(ModelConfig config) {
        return new float[config.layers()][config.heads()][config.headWidth()];
    }

    private static float[] ones(int count) {
        float[] ones = new float[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    @Override
    public NDArray apply(Trace.Place place, NDArray value) {
        float[] ones = kept.get(place.layer());
        float[] vectors = filled.get(place.layer());
        if (!place.isOf(Trace.Part.DECODER, Trace.Step.HEAD_OUTPUT) || ones == null || vectors == null) {
            return value;
        }
        NDManager owner = value.getManager();
        long heads = ones.length / rows;
        return value.mul(owner.create(ones, new Shape(rows, heads, 1, 1))) // (B,H,T,D)
                .add(owner.create(vectors, new Shape(rows, heads, 1, vectors.length / ones.length)));
    }
}
