package io.heed.inspect.circuit;

import io.heed.inspect.circuit.graph.Graph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds a circuit of a model with too many edges to try each: the edges with the largest effects, as integrated gradients estimate
 * them (Hanna et al., arXiv 2403.17806), so many that together they are faithful, which is measured exactly; of these, edges that the others
 * can do without are taken away.
 */
final class GradientFinder implements CircuitReport.Finder {

    /** The number of steps of integrated gradients. */
    private static final int STEPS = 5;

    private final Graph graph;
    private final PairedPrompts prompts;
    private final double[][] scores;
    private @Nullable Integer size;
    private final PairedPrompts.Passes passes;
    private final double tolerance;

    /** The most edges of a circuit that are tried one by one, and the multiplications that this may take. */
    private static final int MOST_PRUNED = 200;

    private static final long MOST_WORK = 1_500_000_000_000L;

    /** How often each edge is measured until no other can go, about. */
    private static final int ROUNDS = 4;

    /** Of how many edges the number is found exactly; of more, to a share of one in so many. */
    private static final int FINE = 256;

    GradientFinder(Graph graph, PairedPrompts prompts) {
        this(graph, prompts, CircuitReport.TOLERANCE, new PairedPrompts.Passes(percent -> {}));
    }

    GradientFinder(Graph graph, PairedPrompts prompts, double tolerance, PairedPrompts.Passes passes) {
        this.tolerance = tolerance;
        this.passes = passes;
        this.graph = graph;
        this.prompts = prompts;
        passes.until(40, (long) STEPS * prompts.count());
        scores = prompts.attribute(STEPS);
    }

    /** The first circuit decides how many of the first edges there are; those on resampled prompts take that number over, and are not pruned. */
    @Override
    public CircuitReport.Found find(int[] which) {
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
            passes.until(60, 2L * prompts.count() * (32 - Integer.numberOfLeadingZeros(graph.size())));
            size = fewest(order, which);
            return pruned(new CircuitReport.Found(graph.connected(order, size), order), which);
        }
        return new CircuitReport.Found(graph.connected(order, size), order);
    }

    /** Takes away the edges that the circuit can do without, by their exact effects, if it is small enough to measure them. */
    private CircuitReport.Found pruned(CircuitReport.Found found, int[] which) {
        BitSet circuit = found.circuit();
        int edges = circuit.cardinality();
        if (edges > MOST_PRUNED || prompts.affordable(circuit, MOST_WORK) < ROUNDS * edges) {
            return found;
        }
        passes.until(70, (long) ROUNDS * edges * prompts.count());
        CircuitSearch search = new CircuitSearch(
                graph,
                sets -> Arrays.stream(prompts.measure(sets))
                        .mapToDouble(measured -> prompts.faithfulness(measured, which))
                        .toArray(),
                tolerance);
        BitSet less = search.find(circuit);
        List<Integer> order = new ArrayList<>(search.order(less));
        found.order().stream().filter(edge -> !circuit.get(edge)).forEach(order::add);
        return new CircuitReport.Found(less, order);
    }

    /**
     * Returns how many of the first edges are faithful together. Their number is doubled until they are; then the gap to the last number
     * that was too small is halved until one edge fewer, or of many edges one in {@link #FINE}, is not enough.
     */
    private int fewest(List<Integer> order, int[] which) {
        int tooFew = 0;
        int enough = 1; // the smallest first, one pass each, since a faithful circuit is small
        while (enough < order.size() && !isFaithful(order, enough, which)) {
            tooFew = enough;
            enough = Math.min(2 * enough, order.size());
        }
        while (enough - tooFew > Math.max(1, enough / FINE)) {
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
        return Math.abs(1 - prompts.faithfulness(measured[0], which)) <= tolerance;
    }
}
