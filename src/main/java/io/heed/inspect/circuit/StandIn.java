package io.heed.inspect.circuit;

import io.heed.inspect.circuit.graph.Graph;
import io.heed.inspect.circuit.graph.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Two heads that stand in for each other: without either the answer is hardly less likely, without both it is (McGrath et al., arXiv
 * 2307.15771). What a head adds is that of the corrupted text instead.
 *
 * @param first the first head, such as 1.0 for layer 1, head 0
 * @param second the second
 * @param withoutFirst what the answer's mean ln P loses without the first, in nats
 * @param withoutSecond without the second
 * @param withoutBoth without both
 */
public record StandIn(String first, String second, double withoutFirst, double withoutSecond, double withoutBoth) {

    /** The most heads of which all pairs are tried: those without which the answer loses most. */
    private static final int MOST_HEADS = 24;

    /** The most heads of a large model that are tried at all: those whose edges matter most. */
    private static final int MOST_OF_MANY = 10;

    /** How many nats have to be lost without both, and the most of that that may be lost without either. */
    private static final double LOST = 1;

    private static final double SHARE = 0.1;

    /** How many are kept. */
    private static final int KEPT = 5;

    /**
     * Finds them, the ones that matter most first.
     *
     * @param heads the heads to try
     * @param pairs measured by {@link Metric#LOG_PROBABILITY}
     */
    static List<StandIn> among(List<Node> heads, PairedPrompts pairs) {
        List<Set<Node>> sets = new ArrayList<>();
        sets.add(Set.of());
        heads.forEach(head -> sets.add(Set.of(head)));
        double[] single = means(pairs.measureWithout(sets));
        double all = single[0];
        List<Node> tried = IntStream.range(0, heads.size())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> single[1 + i]))
                .limit(MOST_HEADS)
                .map(heads::get)
                .toList();
        sets.clear();
        for (int i = 0; i < tried.size(); i++) {
            for (int j = i + 1; j < tried.size(); j++) {
                sets.add(Set.of(tried.get(i), tried.get(j)));
            }
        }
        double[] both = means(pairs.measureWithout(sets));
        List<StandIn> pairsOfHeads = new ArrayList<>();
        for (int i = 0, at = 0; i < tried.size(); i++) {
            for (int j = i + 1; j < tried.size(); j++) {
                double first = all - single[1 + heads.indexOf(tried.get(i))];
                double second = all - single[1 + heads.indexOf(tried.get(j))];
                double lost = all - both[at++];
                pairsOfHeads.add(
                        new StandIn(tried.get(i).toString(), tried.get(j).toString(), first, second, lost));
            }
        }
        return chosen(pairsOfHeads);
    }

    /** Those without either of whose heads little changes, and without both much is lost; the ones that matter most first. */
    static List<StandIn> chosen(List<StandIn> pairs) {
        return pairs.stream()
                .filter(each -> each.withoutBoth > LOST
                        && Math.max(Math.abs(each.withoutFirst), Math.abs(each.withoutSecond))
                                < SHARE * each.withoutBoth)
                .sorted(Comparator.comparingDouble(StandIn::withoutBoth).reversed())
                .limit(KEPT)
                .toList();
    }

    /**
     * The heads to try: all of a small model, of a large one those whose edges matter most.
     *
     * @param order edges, the most important first; the others follow
     */
    static List<Node> candidates(Graph graph, List<Integer> order) {
        return Stream.concat(order.stream(), graph.all().stream().boxed())
                .map(edge -> graph.edges().get(edge).from())
                .filter(node -> node.kind() == Node.Kind.HEAD)
                .distinct()
                .limit(graph.isLarge() ? MOST_OF_MANY : Long.MAX_VALUE)
                .sorted(Comparator.comparingInt(graph.nodes()::indexOf))
                .toList();
    }

    /** How many passes {@link #among} takes for each prompt. */
    static int passes(List<Node> heads) {
        int tried = Math.min(MOST_HEADS, heads.size());
        return 1 + heads.size() + tried * (tried - 1) / 2;
    }

    private static double[] means(double[][] measured) {
        return Arrays.stream(measured).mapToDouble(CircuitProof::mean).toArray();
    }
}
