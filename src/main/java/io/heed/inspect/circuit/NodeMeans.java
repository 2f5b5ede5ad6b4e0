package io.heed.inspect.circuit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.heed.model.PassTraces;
import io.heed.model.Trace;
import io.heed.model.Trace.Part;
import io.heed.model.Trace.Step;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * What each node of a model without an encoder adds on average, position by position, gathered while the model reads texts. Thread-safe.
 */
public final class NodeMeans implements PassTraces {

    /** How many texts have to reach a position for a mean of its own: the mean of a single text would be that text. */
    static final int LEAST = 10;

    private final Graph graph;
    private final double[][] sums; // of each node that of each position, as far as texts reach, (nodes,T·C)
    private final long[] texts; // how many reach each position
    private final int width;

    /**
     * Starts without texts.
     *
     * @param graph that of the model
     */
    public NodeMeans(Graph graph) {
        this.graph = graph;
        sums = new double[graph.nodes(Part.DECODER)][0];
        texts = new long[graph.context()];
        width = graph.width();
    }

    /** The number of tokens that were read. */
    public synchronized long tokens() {
        return LongStream.of(texts).sum();
    }

    /** The number of positions that have a mean of their own; at the others, that over all tokens takes its place. */
    public synchronized int positions() {
        return (int) LongStream.of(texts).filter(count -> count >= LEAST).count();
    }

    /** The mean of each node at the first positions, (nodes,T,C). */
    synchronized float[] means(int positions) {
        float[] means = new float[sums.length * positions * width];
        for (int node = 0; node < sums.length; node++) {
            double[] overall = new double[width];
            for (int i = 0; i < sums[node].length; i++) {
                overall[i % width] += sums[node][i] / tokens();
            }
            for (int position = 0; position < positions; position++) {
                for (int c = 0; c < width; c++) {
                    means[(node * positions + position) * width + c] = (float)
                            (texts[position] < LEAST ? overall[c] : sums[node][position * width + c] / texts[position]);
                }
            }
        }
        return means;
    }

    @Override
    public Trace of(int... lengths) {
        int longest = Arrays.stream(lengths).max().orElseThrow();
        synchronized (this) {
            for (int length : lengths) {
                for (int position = 0; position < length; position++) {
                    texts[position]++;
                }
            }
            for (int node = 0; node < sums.length; node++) {
                sums[node] = Arrays.copyOf(sums[node], Math.max(sums[node].length, longest * width));
            }
        }
        return new Trace(Set.of(Step.HEAD_CONTRIBUTION), (place, value) -> {
            int first = graph.writer(place);
            if (first >= 0) {
                add(first, value, lengths);
            }
            return value;
        });
    }

    /** Adds what some nodes add to a pass, (B,T,C) or (B,n,T,C). */
    private void add(int first, NDArray value, int[] lengths) {
        NDArray byNode = value.getShape().dimension() == 3 ? value.expandDims(1) : value;
        int positions = (int) byNode.getShape().get(2);
        float[] read = new float[lengths.length * positions];
        for (int row = 0; row < lengths.length; row++) {
            Arrays.fill(read, row * positions, row * positions + lengths[row], 1);
        }
        NDArray unpadded = value.getManager().create(read, new Shape(lengths.length, 1, positions, 1));
        float[] all = byNode.mul(unpadded).sum(new int[] {0}).toFloatArray(); // (n,T,C)
        int size = positions * width;
        synchronized (this) {
            for (int i = 0; i < all.length; i++) {
                sums[first + i / size][i % size] += all[i];
            }
        }
    }
}
