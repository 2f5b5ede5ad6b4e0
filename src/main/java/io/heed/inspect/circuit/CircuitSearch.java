package io.heed.inspect.circuit;

import io.heed.inspect.circuit.graph.Graph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * Finds a small set of edges that answers as the whole model does: from all edges, those that matter least are taken away round by round
 * (backward pruning, as ACDC's; Conmy et al., arXiv 2304.14997), each round by their exact effects on what is left. So of two edges that
 * stand in for each other one stays: when one is gone, the other matters.
 */
final class CircuitSearch {

    private final Graph graph;
    private final Measured measured;
    private final double tolerance;
    private final List<Integer> removed = new ArrayList<>();
    private List<Integer> last = List.of();

    /** Measures faithfulness of sets of edges, such as over some prompts. */
    interface Measured {
        double[] faithfulness(List<BitSet> sets);
    }

    /**
     * Prepares.
     *
     * @param tolerance how far a circuit's faithfulness may be from 1
     */
    CircuitSearch(Graph graph, Measured measured, double tolerance) {
        this.graph = graph;
        this.measured = measured;
        this.tolerance = tolerance;
    }

    /**
     * Searches.
     *
     * @param from the edges to begin with
     */
    BitSet find(BitSet from) {
        BitSet present = graph.connected(from);
        note(from, present, from.stream().boxed().toList());
        boolean any = true;
        while (any) {
            List<Integer> order = leastFirst(present);
            BitSet less = withoutMost(present, order);
            any = !less.equals(present);
            note(present, less, order);
            present = less;
        }
        return present;
    }

    /** All edges, the most important first: those of the circuit by what it loses without each, then the others, the last to go first. */
    List<Integer> order(BitSet circuit) {
        List<Integer> order = new ArrayList<>(removed);
        last.stream().filter(circuit::get).forEach(order::add);
        Collections.reverse(order);
        return order;
    }

    /** Notes what was taken away, what matters least first. */
    private void note(BitSet before, BitSet after, List<Integer> order) {
        order.stream().filter(edge -> before.get(edge) && !after.get(edge)).forEach(removed::add);
        last = order;
    }

    /** The edges by what the circuit loses or gains without each, the least first. */
    List<Integer> leastFirst(BitSet present) {
        int[] edges = present.stream().toArray();
        List<BitSet> sets = new ArrayList<>();
        sets.add(present);
        for (int edge : edges) {
            sets.add(graph.without(present, List.of(edge)));
        }
        double[] faithfulness = measured.faithfulness(sets);
        Integer[] order = new Integer[edges.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingDouble(i -> Math.abs(faithfulness[i + 1] - faithfulness[0])));
        return Arrays.stream(order).map(i -> edges[i]).toList();
    }

    /** Takes away as many of the first edges as the circuit can do without: at most half of them, the most that is faithful. */
    private BitSet withoutMost(BitSet present, List<Integer> order) {
        List<Integer> counts = new ArrayList<>();
        for (int count = Math.max(1, order.size() / 2);
                count >= 1;
                count = count == 1 ? 0 : Math.max(1, count * 3 / 4)) {
            counts.add(count);
        }
        List<BitSet> sets = counts.stream()
                .map(count -> graph.without(present, order.subList(0, count)))
                .toList();
        double[] faithfulness = measured.faithfulness(sets);
        for (int i = 0; i < sets.size(); i++) {
            if (isFaithful(faithfulness[i])) {
                return sets.get(i);
            }
        }
        return oneLess(present, order);
    }

    /** Takes away the first edge that the circuit can do without; the same if there is none. */
    private BitSet oneLess(BitSet present, List<Integer> order) {
        List<BitSet> sets = order.stream()
                .map(edge -> graph.without(present, List.of(edge)))
                .toList();
        double[] faithfulness = measured.faithfulness(sets);
        for (int i = 0; i < sets.size(); i++) {
            if (isFaithful(faithfulness[i])) {
                return sets.get(i);
            }
        }
        return present;
    }

    private boolean isFaithful(double faithfulness) {
        return Math.abs(1 - faithfulness) <= tolerance;
    }
}
