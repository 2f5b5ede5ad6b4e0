package io.heed.inspect.circuit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds a circuit of a model with too many edges to try each: the edges with the largest effects, as integrated gradients estimate
 * them (Hanna et al., arXiv 2403.17806), so many that together they are faithful, which is measured exactly.
 */
final class GradientFinder implements CircuitFinder {

    /** The number of steps of integrated gradients. */
    private static final int STEPS = 5;

    /** How much larger each number of edges is that is tried than the one before. */
    private static final double GROWTH = 1.3;

    private static final int FEWEST = 8;

    private final Graph graph;
    private final PairedPrompts prompts;
    private final double[][] scores;
    private @Nullable Integer size;

    GradientFinder(Graph graph, PairedPrompts prompts) {
        this.graph = graph;
        this.prompts = prompts;
        scores = prompts.attribute(STEPS);
    }

    /** The first circuit decides the number of edges, which those on resampled prompts take over. */
    @Override
    public Found find(int[] which) {
        double[] sums = new double[graph.size()];
        for (int prompt : which) {
            for (int edge = 0; edge < sums.length; edge++) {
                sums[edge] += scores[prompt][edge];
            }
        }
        List<Integer> order = IntStream.range(0, sums.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer edge) -> -Math.abs(sums[edge])))
                .toList();
        if (size == null) {
            size = fewest(order, which);
        }
        return new Found(graph.connected(order, size), order);
    }

    private int fewest(List<Integer> order, int[] which) {
        List<Integer> sizes = new ArrayList<>();
        for (double size = FEWEST; size < order.size(); size *= GROWTH) {
            sizes.add((int) size);
        }
        sizes.add(order.size());
        for (int size : sizes) { // the smallest first, one pass each, since a faithful circuit is small
            double[][] measured = prompts.measure(List.of(graph.connected(order, size)));
            if (Math.abs(1 - prompts.faithfulness(measured[0], which)) <= CircuitReport.TOLERANCE) {
                return size;
            }
        }
        return order.size();
    }
}
