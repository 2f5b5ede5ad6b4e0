package io.heed.inspect.circuit;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.circuit.graph.Circuit;
import io.heed.inspect.circuit.graph.Graph;
import io.heed.inspect.circuit.known.KnownModel;
import io.heed.inspect.circuit.pairs.PairSplit;
import io.heed.inspect.circuit.pairs.PromptPair;
import io.heed.kernels.EngineThreads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How well the circuit of a model is found that is known.
 *
 * @param name the model's name
 * @param edges the number of its edges
 * @param right how many of them are in its circuit
 * @param exact the area under the ROC curve of what the model loses without each edge
 * @param order that of the order in which the search for a circuit leaves edges out
 * @param gradients that of what integrated gradients estimate
 * @param wrong how many edges of the circuit that is found are not in the true one
 * @param missing how many of the true one are not in it
 * @param wrongByGradients how many edges of the circuit that gradients find are not in the true one
 * @param missingByGradients how many of the true one are not in it
 * @param faithfulness the true circuit's, on other pairs than it is found on
 * @param least the least share of the answer that is lost without a true edge
 * @param leak the largest share of the answer that is lost or won without another edge
 */
public record KnownFigures(
        String name,
        int edges,
        int right,
        double exact,
        double order,
        double gradients,
        int wrong,
        int missing,
        int wrongByGradients,
        int missingByGradients,
        double faithfulness,
        double least,
        double leak) {

    private static final int STEPS = 5;

    /** Measures a model. */
    static KnownFigures of(KnownModel known) {
        return of(known, known.truth());
    }

    /** Measures a model as if some circuit was its own. */
    static KnownFigures of(KnownModel known, Circuit circuit) {
        try (EngineThreads.Limit one = EngineThreads.during(1);
                LanguageModel model = known.model()) {
            Graph graph = new Graph(model.transformer().config());
            BitSet truth = circuit.in(graph);
            PairSplit pairs = known.pairs(model);
            try (PairedPrompts finding = prompts(model, graph, pairs.finding());
                    PairedPrompts proving = prompts(model, graph, pairs.proving())) {
                double[] effects = effects(graph, finding);
                int[] each = IntStream.range(0, finding.count()).toArray();
                CircuitReport.Found found = new ExactFinder(graph, finding).find(each);
                BitSet byGradients =
                        new GradientFinder(graph, finding).find(each).circuit();
                return new KnownFigures(
                        known.name(),
                        graph.size(),
                        truth.cardinality(),
                        area(truth, effects),
                        area(truth, ranks(found.order())),
                        area(truth, sums(finding.attribute(STEPS))),
                        less(found.circuit(), truth),
                        less(truth, found.circuit()),
                        less(byGradients, truth),
                        less(truth, byGradients),
                        proving.faithfulness(List.of(truth))[0],
                        truth.stream().mapToDouble(edge -> effects[edge]).min().orElseThrow(),
                        IntStream.range(0, graph.size())
                                .filter(edge -> !truth.get(edge))
                                .mapToDouble(edge -> effects[edge])
                                .max()
                                .orElseThrow());
            }
        }
    }

    private static PairedPrompts prompts(LanguageModel model, Graph graph, List<PromptPair> pairs) {
        return new PairedPrompts(model, graph, pairs, Metric.LOGIT_DIFFERENCE, Baseline.COUNTERFACTUAL);
    }

    /** What faithfulness loses or gains without each edge. */
    private static double[] effects(Graph graph, PairedPrompts prompts) {
        List<BitSet> sets = new ArrayList<>();
        for (int edge = 0; edge < graph.size(); edge++) {
            BitSet without = graph.all();
            without.clear(edge);
            sets.add(without);
        }
        return Arrays.stream(prompts.faithfulness(sets))
                .map(faithfulness -> Math.abs(1 - faithfulness))
                .toArray();
    }

    private static double[] ranks(List<Integer> order) {
        double[] ranks = new double[order.size()];
        for (int i = 0; i < ranks.length; i++) {
            ranks[order.get(i)] = ranks.length - i;
        }
        return ranks;
    }

    private static double[] sums(double[][] scores) {
        double[] sums = new double[scores[0].length];
        for (double[] each : scores) {
            for (int edge = 0; edge < sums.length; edge++) {
                sums[edge] += each[edge];
            }
        }
        return Arrays.stream(sums).map(Math::abs).toArray();
    }

    private static int less(BitSet set, BitSet other) {
        BitSet rest = (BitSet) set.clone();
        rest.andNot(other);
        return rest.cardinality();
    }

    /** The probability that an edge of a circuit has a higher score than another; equal ones count half. */
    static double area(BitSet circuit, double[] scores) {
        double right = 0;
        int all = 0;
        for (int in = circuit.nextSetBit(0); in >= 0; in = circuit.nextSetBit(in + 1)) {
            for (int out = 0; out < scores.length; out++) {
                if (!circuit.get(out)) {
                    all++;
                    right += scores[in] > scores[out] ? 1 : scores[in] == scores[out] ? 0.5 : 0;
                }
            }
        }
        return right / all;
    }

    /** Prints the figures of all models, or of those whose names match a pattern, as a table of Markdown. */
    public static void main(String[] arguments) {
        System.out.println(
                "| model | edges | true | exact | search | gradients | wrong | missing | faithful | least | leak |");
        System.out.println("| --- " + "| --: ".repeat(10) + "|");
        for (KnownModel known : KnownModel.all()) {
            if (arguments.length == 0 || known.name().matches(arguments[0])) {
                of(known).print();
            }
        }
    }

    private void print() {
        System.out.printf(
                Locale.ROOT,
                "| %s | %d | %d | %.3f | %.3f | %.3f | %d, %d | %d, %d | %.3f | %.3f | %.5f |%n",
                name,
                edges,
                right,
                exact,
                order,
                gradients,
                wrong,
                wrongByGradients,
                missing,
                missingByGradients,
                faithfulness,
                least,
                leak);
    }
}
