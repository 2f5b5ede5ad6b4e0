package io.heed.inspect.circuit;

import io.heed.inspect.circuit.graph.Graph;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds a circuit by the exact effect of every edge. Remembers what was measured, since resampled prompts lead to many of the same sets. */
final class ExactFinder implements CircuitReport.Finder {

    /** How often each edge is measured until no other can go, about. */
    private static final int ROUNDS = 6;

    private final Graph graph;
    private final PairedPrompts prompts;
    private final Map<BitSet, double[]> known = new HashMap<>();

    private final double tolerance;

    ExactFinder(Graph graph, PairedPrompts prompts) {
        this(graph, prompts, CircuitReport.TOLERANCE, new PairedPrompts.Passes(percent -> {}));
    }

    ExactFinder(Graph graph, PairedPrompts prompts, double tolerance, PairedPrompts.Passes passes) {
        this.tolerance = tolerance;
        passes.until(50, (long) ROUNDS * graph.size() * prompts.count());
        this.graph = graph;
        this.prompts = prompts;
    }

    @Override
    public CircuitReport.Found find(int[] which) {
        CircuitSearch search = new CircuitSearch(graph, sets -> faithfulness(sets, which), tolerance);
        BitSet circuit = search.find(graph.all());
        return new CircuitReport.Found(circuit, search.order(circuit));
    }

    private double[] faithfulness(List<BitSet> sets, int[] which) {
        List<BitSet> unknown =
                sets.stream().filter(set -> !known.containsKey(set)).distinct().toList();
        double[][] measured = prompts.measure(unknown);
        for (int i = 0; i < measured.length; i++) {
            known.put(unknown.get(i), measured[i]);
        }
        return sets.stream()
                .mapToDouble(set -> prompts.faithfulness(known.getOrDefault(set, new double[0]), which))
                .toArray();
    }
}
