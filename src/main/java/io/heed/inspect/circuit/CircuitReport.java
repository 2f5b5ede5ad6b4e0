package io.heed.inspect.circuit;

import io.heed.HeedException;
import io.heed.Seeds;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.circuit.graph.Circuit;
import io.heed.inspect.circuit.graph.Edge;
import io.heed.inspect.circuit.graph.Graph;
import io.heed.inspect.circuit.graph.Node;
import io.heed.inspect.circuit.pairs.PromptPair;
import io.heed.model.Head;
import io.heed.model.Trace.Part;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * A circuit that was found, and what proves it.
 *
 * @param model the model
 * @param metric how answers are measured
 * @param found the number of pairs that it was found on; 0 if it was known
 * @param all the number of edges of the model
 * @param tolerance how far its faithfulness may be from 1 on the pairs that it was found on
 * @param edges its edges, in the order of computation
 * @param nodes the heads and feed-forward networks in it
 * @param proof measured on other pairs
 * @param agreement how much circuits agree that are found on resampled pairs: the mean of the shares of their edges that two have in
 *     common (Jaccard); NaN if there are fewer than two
 * @param resampled the number of such circuits
 * @param example the shortest of the other pairs, and where in it the edges matter
 * @param standIns heads that stand in for each other, in the whole model, among those without which the answer loses most; in a large
 *     model among those whose edges matter most
 */
public record CircuitReport(
        String model,
        Metric metric,
        int found,
        int all,
        double tolerance,
        List<Edge> edges,
        List<String> nodes,
        CircuitProof proof,
        double agreement,
        int resampled,
        CircuitExample example,
        List<StandIn> standIns) {

    /** How far a circuit's faithfulness may be from 1 where it is found, if nobody says otherwise. */
    public static final double TOLERANCE = 0.03;

    /** Of how many parts progress is told. */
    public static final int PARTS = 100;

    /** Finds a circuit on prompts. */
    interface Finder {

        /**
         * Finds a circuit.
         *
         * @param which the prompts to find it on, which may occur several times
         */
        Found find(int[] which);
    }

    /**
     * What was found.
     *
     * @param circuit its edges
     * @param order edges, the most important first: all of the model, or of a circuit that was known its own, or none
     */
    record Found(BitSet circuit, List<Integer> order) {}

    /**
     * What to find.
     *
     * @param name the model's name
     * @param finding the pairs to find a circuit on
     * @param proving other pairs
     * @param resamples how many circuits to find on resampled pairs
     * @param tolerance how far a circuit's faithfulness may be from 1, above 0 and below 1
     */
    public record Wanted(
            String name,
            List<PromptPair> finding,
            List<PromptPair> proving,
            Metric metric,
            int resamples,
            double tolerance) {

        /** With the usual {@link #TOLERANCE}. */
        public Wanted(String name, List<PromptPair> finding, List<PromptPair> proving, Metric metric, int resamples) {
            this(name, finding, proving, metric, resamples, TOLERANCE);
        }
    }

    /**
     * Proves a circuit that is known, on the pairs that a question has for that.
     *
     * @param progress told how much of it is done, from 0 to {@link #PARTS}
     * @throws HeedException if the model has no such edges
     */
    public static CircuitReport of(LanguageModel model, Wanted wanted, Circuit known, IntConsumer progress) {
        Graph graph = new Graph(model.transformer().config());
        BitSet circuit = known.in(graph);
        PairedPrompts.Passes passes = new PairedPrompts.Passes(progress).until(5, 1);
        try (CircuitProof.Pairs pairs = CircuitProof.Pairs.of(model, graph, wanted.proving, wanted.metric)) {
            requireAnswers(pairs.all());
            pairs.telling(
                    passes.until(50, (1L + circuit.cardinality()) * pairs.some().count()));
            List<Integer> order = new ArrayList<>();
            if (CircuitProof.affordable(graph, circuit, pairs) >= circuit.cardinality()) {
                order = new ArrayList<>(
                        new CircuitSearch(graph, pairs.some()::faithfulness, wanted.tolerance).leastFirst(circuit));
                Collections.reverse(order);
            }
            return report(model, graph, wanted, pairs, new Found(circuit, order), List.of(), passes);
        }
    }

    /**
     * Finds and proves a circuit.
     *
     * @param progress told how much of it is done, from 0 to {@link #PARTS}
     * @throws HeedException if the model answers no better after the clean texts than after the corrupted
     */
    public static CircuitReport of(LanguageModel model, Wanted wanted, IntConsumer progress) {
        Graph graph = new Graph(model.transformer().config());
        PairedPrompts.Passes passes = new PairedPrompts.Passes(progress).until(5, 1);
        try (PairedPrompts finding =
                        new PairedPrompts(model, graph, wanted.finding, wanted.metric, Baseline.COUNTERFACTUAL);
                CircuitProof.Pairs pairs = CircuitProof.Pairs.of(model, graph, wanted.proving, wanted.metric)) {
            requireAnswers(finding);
            requireAnswers(pairs.all());
            finding.telling(passes);
            Finder finder = graph.isLarge()
                    ? new GradientFinder(graph, finding, wanted.tolerance, passes)
                    : new ExactFinder(graph, finding, wanted.tolerance, passes);
            int[] each = IntStream.range(0, finding.count()).toArray();
            Found found = finder.find(each);
            List<BitSet> others = new ArrayList<>();
            for (int i = 0; i < wanted.resamples; i++) {
                passes.until(50 + 20 * (i + 1) / wanted.resamples, (long) graph.size() * finding.count());
                RandomGenerator random = Seeds.random(0, "bootstrap of circuits", i);
                int[] resampled = IntStream.range(0, each.length)
                        .map(pair -> random.nextInt(each.length))
                        .toArray();
                others.add(finder.find(resampled).circuit());
            }
            return report(model, graph, wanted, pairs, found, others, passes);
        }
    }

    /** Its edges, as they are kept in a file. */
    public Circuit circuit() {
        return new Circuit(model, all, edges.stream().map(Edge::toString).toList());
    }

    /** The head without which most is lost: the edges from it are worth most together. */
    public Optional<Head> mostNeeded() {
        Map<Head, Double> lost = new HashMap<>();
        for (CircuitExample.Place place : example.places()) {
            Node from = place.of().from();
            if (from.kind() == Node.Kind.HEAD && from.part() == Part.DECODER) {
                lost.merge(new Head(from.layer(), from.head()), place.lost(), Double::sum);
            }
        }
        return lost.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
    }

    private static CircuitReport report(
            LanguageModel model,
            Graph graph,
            Wanted wanted,
            CircuitProof.Pairs pairs,
            Found found,
            List<BitSet> others,
            PairedPrompts.Passes passes) {
        List<Edge> edges = graph.edges(found.circuit());
        pairs.telling(passes.until(85, CircuitProof.passes(found.circuit(), pairs)));
        CircuitProof proof = CircuitProof.of(graph, found.circuit(), found.order(), pairs);
        passes.until(90, 1);
        CircuitExample example =
                CircuitExample.of(model, graph, shortest(wanted.proving), wanted.metric, found.circuit(), proof.lost());
        List<Node> heads = StandIn.candidates(graph, found.order());
        passes.until(PARTS, (long) StandIn.passes(heads) * pairs.some().count());
        return new CircuitReport(
                wanted.name,
                wanted.metric,
                wanted.finding.size(),
                graph.size(),
                wanted.tolerance,
                edges,
                edges.stream()
                        .map(Edge::from)
                        .filter(node -> node.kind() != Node.Kind.WORDS)
                        .distinct()
                        .map(Node::toString)
                        .toList(),
                proof,
                agreement(others),
                others.size(),
                example,
                StandIn.among(heads, pairs.some().by(Metric.LOG_PROBABILITY)));
    }

    private static PromptPair shortest(List<PromptPair> pairs) {
        return pairs.stream()
                .min(Comparator.comparingInt(pair -> pair.clean().length + pair.written().length))
                .orElseThrow();
    }

    private static void requireAnswers(PairedPrompts pairs) {
        double clean = CircuitProof.mean(pairs.clean());
        double corrupted = CircuitProof.mean(pairs.corrupted());
        if (!(clean > corrupted)) {
            throw new HeedException(
                    "the model does not answer better after the clean texts than after the corrupted: %.3f and %.3f on average"
                            .formatted(clean, corrupted));
        }
    }

    static double agreement(List<BitSet> circuits) {
        double sum = 0;
        int pairs = 0;
        for (int i = 0; i < circuits.size(); i++) {
            for (int j = i + 1; j < circuits.size(); j++) {
                BitSet both = (BitSet) circuits.get(i).clone();
                both.and(circuits.get(j));
                BitSet either = (BitSet) circuits.get(i).clone();
                either.or(circuits.get(j));
                sum += either.isEmpty() ? 1 : (double) both.cardinality() / either.cardinality();
                pairs++;
            }
        }
        return pairs == 0 ? Double.NaN : sum / pairs;
    }
}
