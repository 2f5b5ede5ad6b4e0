package io.heed.inspect.circuit;

import io.heed.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * What shows that a circuit carries an answer. Faithfulness is {@code (circuit − corrupted)/(clean − corrupted)}, with everything outside
 * the circuit taken from the corrupted texts (Wang et al., arXiv 2211.00593): 1 if the circuit answers as the model, 0 if it answers as
 * after the corrupted text.
 *
 * @param pairs the number of pairs that it was measured on
 * @param clean the mean of the metric after the clean texts
 * @param corrupted that after the corrupted texts
 * @param faithfulness the circuit's
 * @param complement that of all other edges: the lower, the less of the answer is elsewhere
 * @param mean the circuit's if everything else is its mean over corrupted texts of one length that are read together
 * @param random the mean of random circuits of as many edges
 * @param largestRandom the largest of them
 * @param curve the faithfulness of the most important edges alone, by their number
 * @param area the area under that curve over the share of the edges
 * @param lost for each edge of the circuit what its faithfulness loses without it
 */
public record CircuitProof(
        int pairs,
        double clean,
        double corrupted,
        double faithfulness,
        double complement,
        double mean,
        double random,
        double largestRandom,
        List<Point> curve,
        double area,
        List<Double> lost) {

    /** How many random circuits there are. */
    private static final int RANDOM = 20;

    /** The shares of the edges at which the curve is measured. */
    private static final double[] SHARES = {0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1};

    /**
     * A point of the curve.
     *
     * @param edges the number of edges
     * @param faithfulness theirs
     */
    public record Point(int edges, double faithfulness) {}

    /**
     * Proves a circuit.
     *
     * @param order all edges, the most important first
     * @param means the same pairs with means as their baseline
     */
    static CircuitProof of(Graph graph, BitSet circuit, List<Integer> order, PairedPrompts pairs, PairedPrompts means) {
        List<Integer> sizes = new ArrayList<>(new TreeSet<>(IntStream.range(0, SHARES.length)
                .mapToObj(i -> Math.max(1, (int) Math.round(SHARES[i] * graph.size())))
                .toList()));
        List<BitSet> sets = new ArrayList<>();
        sets.add(circuit);
        sets.add(graph.without(graph.all(), circuit.stream().boxed().toList()));
        sizes.forEach(size -> sets.add(graph.connected(order, size)));
        for (int i = 0; i < RANDOM; i++) {
            sets.add(random(graph, circuit.cardinality(), i));
        }
        int[] edges = circuit.stream().toArray();
        for (int edge : edges) {
            sets.add(graph.without(circuit, List.of(edge)));
        }
        double[] measured = pairs.faithfulness(sets);
        List<Point> curve = IntStream.range(0, sizes.size())
                .mapToObj(i -> new Point(sizes.get(i), measured[2 + i]))
                .toList();
        int random = 2 + sizes.size();
        int lost = random + RANDOM;
        return new CircuitProof(
                pairs.count(),
                mean(pairs.clean()),
                mean(pairs.corrupted()),
                measured[0],
                measured[1],
                means.faithfulness(List.of(circuit))[0],
                IntStream.range(random, lost)
                        .mapToDouble(i -> measured[i])
                        .average()
                        .orElseThrow(),
                IntStream.range(random, lost)
                        .mapToDouble(i -> measured[i])
                        .max()
                        .orElseThrow(),
                curve,
                area(curve, graph.size()),
                IntStream.range(0, edges.length)
                        .mapToObj(i -> measured[0] - measured[lost + i])
                        .toList());
    }

    /** Edges at random, the same each time. */
    private static BitSet random(Graph graph, int size, int number) {
        List<Integer> all =
                new ArrayList<>(IntStream.range(0, graph.size()).boxed().toList());
        RandomGenerator random = Seeds.random(0, "random circuit", number);
        BitSet chosen = new BitSet();
        for (int i = 0; i < size; i++) {
            chosen.set(all.remove(random.nextInt(all.size())));
        }
        return graph.connected(chosen);
    }

    /** By the trapezoidal rule, from no edges on. */
    private static double area(List<Point> curve, int all) {
        double area = 0;
        Point before = new Point(0, 0);
        for (Point point : curve) {
            area += (point.edges - before.edges) * (point.faithfulness + before.faithfulness) / 2 / all;
            before = point;
        }
        return area;
    }

    static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }
}
