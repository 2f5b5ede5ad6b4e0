package io.heed.inspect.circuit;

import io.heed.model.Head;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * Two heads that stand in for each other: without either the answer is hardly less likely, without both it is (McGrath et al., arXiv
 * 2307.15771). What a head adds is that of the corrupted text instead.
 *
 * @param first the first head, {@code layer.head}
 * @param second the second
 * @param withoutFirst what the answer's mean ln P loses without the first, in nats
 * @param withoutSecond without the second
 * @param withoutBoth without both
 */
public record StandIn(String first, String second, double withoutFirst, double withoutSecond, double withoutBoth) {

    /** The most heads of which all pairs are tried. */
    private static final int MOST_HEADS = 24;

    /** How many nats have to be lost without both, and the most of that that may be lost without either. */
    private static final double LOST = 1;

    private static final double SHARE = 0.1;

    /** How many are kept. */
    private static final int KEPT = 5;

    /**
     * Finds those among some heads, or among the first of them if they are many, the most important first.
     *
     * @param pairs measured by {@link Metric#LOG_PROBABILITY}
     */
    static List<StandIn> among(Graph graph, PairedPrompts pairs, List<Head> heads) {
        List<Head> tried = heads.subList(0, Math.min(heads.size(), MOST_HEADS));
        List<BitSet> sets = new ArrayList<>();
        sets.add(graph.all());
        tried.forEach(head -> sets.add(without(graph, List.of(head))));
        for (int i = 0; i < tried.size(); i++) {
            for (int j = i + 1; j < tried.size(); j++) {
                sets.add(without(graph, List.of(tried.get(i), tried.get(j))));
            }
        }
        double[][] measured = pairs.measure(sets);
        double all = CircuitProof.mean(measured[0]);
        List<StandIn> found = new ArrayList<>();
        int at = 1 + tried.size();
        for (int i = 0; i < tried.size(); i++) {
            for (int j = i + 1; j < tried.size(); j++) {
                double first = all - CircuitProof.mean(measured[1 + i]);
                double second = all - CircuitProof.mean(measured[1 + j]);
                double both = all - CircuitProof.mean(measured[at++]);
                if (both > LOST && Math.max(first, second) < SHARE * both) {
                    found.add(new StandIn(name(tried.get(i)), name(tried.get(j)), first, second, both));
                }
            }
        }
        return found.stream()
                .sorted(Comparator.comparingDouble(StandIn::withoutBoth).reversed())
                .limit(KEPT)
                .toList();
    }

    private static String name(Head head) {
        return Node.of(head).toString();
    }

    private static BitSet without(Graph graph, List<Head> heads) {
        List<Node> nodes = heads.stream().map(Node::of).toList();
        BitSet less = graph.all();
        for (int edge = 0; edge < graph.size(); edge++) {
            if (nodes.contains(graph.edges().get(edge).from())) {
                less.clear(edge);
            }
        }
        return less;
    }
}
