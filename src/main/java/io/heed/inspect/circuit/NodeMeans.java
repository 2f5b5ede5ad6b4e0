package io.heed.inspect.circuit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.heed.inspect.circuit.graph.Graph;
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

    /** The most numbers to keep: later positions of a large model have no means of their own. */
    private static final long MOST_NUMBERS = 1L << 26; // 512 MiB

    private final Graph graph;
    private final int width;
    private final double[][] overall; // of each node the sum over all tokens, (nodes,C)
    private final double[][] sums; // of each node those at each position, as far as texts reach, (nodes,T·C)
    private final long[] texts; // how many reach each position
    private final int most; // positions that may have means of their own

    /**
     * Starts without texts.
     *
     * @param graph that of the model
     */
    public NodeMeans(Graph graph) {
        this.graph = graph;
        width = graph.width();
        overall = new double[graph.nodes(Part.DECODER)][width];
        sums = new double[overall.length][0];
        texts = new long[graph.context()];
        most = (int) Math.min(texts.length, MOST_NUMBERS / ((long) overall.length * width));
    }

    /** The number of tokens that were read. */
    public synchronized long tokens() {
        return LongStream.of(texts).sum();
    }

    /** The number of positions that have a mean of their own; at the others, that over all tokens takes its place. */
    public synchronized int positions() {
        return (int)
                LongStream.of(texts).limit(most).filter(count -> count >= LEAST).count();
    }

    /** The mean of each node at the first positions, (nodes,T,C). */
    synchronized float[] means(int positions) {
        long tokens = tokens();
        float[] means = new float[overall.length * positions * width];
        for (int node = 0; node < overall.length; node++) {
            for (int position = 0; position < positions; position++) {
                boolean own = position < most && texts[position] >= LEAST;
                double[] sum = own ? sums[node] : overall[node];
                int from = own ? position * width : 0;
                long count = own ? texts[position] : tokens;
                int at = (node * positions + position) * width;
                for (int c = 0; c < width; c++) {
                    means[at + c] = (float) (sum[from + c] / count);
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
                int size = Math.min(most, longest) * width;
                sums[node] = size > sums[node].length ? Arrays.copyOf(sums[node], size) : sums[node];
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

    /** Adds what some nodes add in a pass, (B,T,C) or (B,n,T,C). */
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
                int node = first + i / size;
                overall[node][i % width] += all[i];
                if (i % size < sums[node].length) {
                    sums[node][i % size] += all[i];
                }
            }
        }
    }
}
