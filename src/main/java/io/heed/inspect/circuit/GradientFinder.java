package io.heed.inspect.circuit;

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

    /**
     * Returns how many of the first edges are faithful together. Their number is doubled until they are; then the gap to the last number
     * that was too small is halved until one edge fewer is not enough.
     */
    private int fewest(List<Integer> order, int[] which) {
        int tooFew = 0;
        int enough = 1; // the smallest first, one pass each, since a faithful circuit is small
        while (enough < order.size() && !isFaithful(order, enough, which)) {
            tooFew = enough;
            enough = Math.min(2 * enough, order.size());
        }
        while (enough - tooFew > 1) {
            int between = (enough + tooFew) / 2;
            if (isFaithful(order, between, which)) {
                enough = between;
            } else {
                tooFew = between;
            }
        }
        return enough;
    }

    private boolean isFaithful(List<Integer> order, int first, int[] which) {
        double[][] measured = prompts.measure(List.of(graph.connected(order, first)));
        return Math.abs(1 - prompts.faithfulness(measured[0], which)) <= CircuitReport.TOLERANCE;
    }
}
