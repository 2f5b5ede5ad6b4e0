package io.heed.inspect.circuit;

import io.heed.HeedException;
import io.heed.Seeds;
import io.heed.checkpoint.LanguageModel;
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
 * @param edges its edges, in the order of computation
 * @param nodes the heads and feed-forward networks in it
 * @param proof measured on other pairs
 * @param agreement how much circuits agree that are found on resampled pairs: the mean of the shares of their edges that two have in
 *     common (Jaccard); NaN if there are fewer than two
 * @param resampled the number of such circuits
 * @param example the shortest of the other pairs, and where in it the edges matter
 * @param standIns heads that stand in for each other, in the whole model, among those without which the answer loses most
 */
public record CircuitReport(
        String model,
        Metric metric,
        int found,
        int all,
        List<String> edges,
        List<String> nodes,
        CircuitProof proof,
        double agreement,
        int resampled,
        CircuitExample example,
        List<StandIn> standIns) {

    /** How far a circuit's faithfulness may be from 1 where it is found. */
    public static final double TOLERANCE = 0.03;

    /** The most edges of a model that are tried one by one from the beginning. */
    private static final int EXACT = 500;

    /**
     * What to find.
     *
     * @param name the model's name
     * @param finding the pairs to find a circuit on
     * @param proving other pairs
     * @param resamples how many circuits to find on resampled pairs
     */
    public record Wanted(
            String name, List<PromptPair> finding, List<PromptPair> proving, Metric metric, int resamples) {}

    /**
     * Proves a circuit that is known, on the pairs that a question has for that.
     *
     * @throws HeedException if the model has no such edges
     */
    public static CircuitReport of(LanguageModel model, Wanted wanted, Circuit known) {
        Graph graph = new Graph(model.transformer().config());
        BitSet circuit = known.in(graph);
        try (Measured measured = new Measured(model, graph, wanted)) {
            requireAnswers(measured.proving);
            List<Integer> order = new ArrayList<>(
                    new CircuitSearch(graph, measured.proving::faithfulness, TOLERANCE).leastFirst(circuit));
            Collections.reverse(order);
            graph.all().stream().filter(edge -> !circuit.get(edge)).forEach(order::add);
            return report(model, graph, wanted, measured, new CircuitFinder.Found(circuit, order), List.of());
        }
    }

    /** The pairs that prove a circuit, with both baselines. */
    private static final class Measured implements AutoCloseable {

        private final PairedPrompts proving;
        private final PairedPrompts means;

        Measured(LanguageModel model, Graph graph, Wanted wanted) {
            proving = new PairedPrompts(model, graph, wanted.proving, wanted.metric, Baseline.COUNTERFACTUAL);
            means = new PairedPrompts(model, graph, wanted.proving, wanted.metric, Baseline.MEAN);
        }

        @Override
        public void close() {
            proving.close();
            means.close();
        }
    }

    /**
     * Finds and proves a circuit.
     *
     * @param progress told how many circuits have been found, the first and then those on resampled pairs
     * @throws HeedException if the model answers no better after the clean texts than after the corrupted
     */
    public static CircuitReport of(LanguageModel model, Wanted wanted, IntConsumer progress) {
        Graph graph = new Graph(model.transformer().config());
        try (PairedPrompts finding =
                        new PairedPrompts(model, graph, wanted.finding, wanted.metric, Baseline.COUNTERFACTUAL);
                Measured measured = new Measured(model, graph, wanted)) {
            requireAnswers(finding);
            requireAnswers(measured.proving);
            CircuitFinder finder =
                    graph.size() <= EXACT ? new ExactFinder(graph, finding) : new GradientFinder(graph, finding);
            int[] each = IntStream.range(0, finding.count()).toArray();
            CircuitFinder.Found found = finder.find(each);
            progress.accept(1);
            List<BitSet> others = new ArrayList<>();
            for (int i = 0; i < wanted.resamples; i++) {
                RandomGenerator random = Seeds.random(0, "bootstrap of circuits", i);
                int[] resampled = IntStream.range(0, each.length)
                        .map(pair -> random.nextInt(each.length))
                        .toArray();
                others.add(finder.find(resampled).circuit());
                progress.accept(i + 2);
            }
            return report(model, graph, wanted, measured, found, others);
        }
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
            Measured measured,
            CircuitFinder.Found found,
            List<BitSet> others) {
        List<Edge> edges = graph.edges(found.circuit());
        CircuitProof proof = CircuitProof.of(graph, found.circuit(), found.order(), measured.proving, measured.means);
        return new CircuitReport(
                wanted.name,
                wanted.metric,
                wanted.finding.size(),
                graph.size(),
                edges.stream().map(Edge::toString).toList(),
                edges.stream()
                        .map(Edge::from)
                        .filter(node -> node.kind() != Node.Kind.WORDS)
                        .distinct()
                        .map(Node::toString)
                        .toList(),
                proof,
                agreement(others),
                others.size(),
                CircuitExample.of(model, graph, shortest(wanted.proving), wanted.metric, found.circuit(), proof.lost()),
                StandIn.among(graph, measured.proving.by(Metric.LOG_PROBABILITY)));
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

    private static double agreement(List<BitSet> circuits) {
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
