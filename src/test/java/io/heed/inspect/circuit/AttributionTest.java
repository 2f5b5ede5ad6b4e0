package io.heed.inspect.circuit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import ai.djl.Device;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.checkpoint.TinyModels;
import io.heed.inspect.circuit.graph.Graph;
import io.heed.inspect.circuit.graph.Node;
import io.heed.inspect.circuit.pairs.PromptPair;
import io.heed.text.ContrastPair;
import io.heed.text.toy.ToyCorpus;
import io.heed.text.toy.ToyPairs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Integrated gradients, compared with what they stand for. */
class AttributionTest {

    /**
     * What the words add reaches the logits only through inputs that read them, so their scores add up to the whole difference
     * (completeness of integrated gradients; Sundararajan et al., arXiv 1703.01365).
     */
    @ParameterizedTest
    @EnumSource(Metric.class)
    void what_the_words_do_adds_up_to_the_whole_difference(Metric metric) {
        for (LanguageModel model : List.of(TinyModels.words(), TinyModels.modern(), TinyModels.parallel())) {
            Graph graph = new Graph(model.transformer().config());
            PromptPair pair = PromptPair.of(
                    model,
                    "here",
                    new ContrastPair("the cat sat on the mat . the", "the dog sat on the mat . the", "cat", "rug"));
            try (model;
                    PairedPrompts prompts =
                            new PairedPrompts(model, graph, List.of(pair), metric, Baseline.COUNTERFACTUAL)) {
                double[] scores = prompts.attribute(150)[0];
                double sum = IntStream.range(0, graph.size())
                        .filter(edge -> graph.edges().get(edge).from().kind() == Node.Kind.WORDS)
                        .mapToDouble(edge -> scores[edge])
                        .sum();
                double whole = prompts.clean()[0] - prompts.corrupted()[0];
                assertThat(sum).isCloseTo(whole, offset(0.05 * Math.abs(whole)));
            }
        }
    }

    private static double[] sums(double[][] scores) {
        double[] sums = new double[scores[0].length];
        for (double[] each : scores) {
            for (int edge = 0; edge < sums.length; edge++) {
                sums[edge] += each[edge];
            }
        }
        return sums;
    }

    /** The area under the ROC curve of the scores, with the edges of the circuit that exact effects find as the truth. */
    @Test
    void the_best_edges_are_those_of_the_circuit_of_the_toy_model() {
        try (LanguageModel model = ModelFolder.read(Path.of("models/toy"), Device.cpu())) {
            Graph graph = new Graph(model.transformer().config());
            List<PromptPair> pairs = ToyPairs.training(new ToyCorpus(ToyCorpus.SEED), 12).stream()
                    .map(pair -> PromptPair.of(model, "here", pair))
                    .toList();
            try (PairedPrompts prompts =
                    new PairedPrompts(model, graph, pairs, Metric.LOGIT_DIFFERENCE, Baseline.COUNTERFACTUAL)) {
                BitSet circuit = new CircuitSearch(graph, prompts::faithfulness, 0.03).find(graph.all());
                double[] scores = sums(prompts.attribute(5));
                List<Integer> edges =
                        new ArrayList<>(IntStream.range(0, graph.size()).boxed().toList());
                long right = 0;
                long all = 0;
                for (int in : edges) {
                    for (int out : edges) {
                        if (circuit.get(in) && !circuit.get(out)) {
                            all++;
                            right += Math.abs(scores[in]) > Math.abs(scores[out]) ? 1 : 0;
                        }
                    }
                }
                assertThat((double) right / all).isGreaterThan(0.95);
            }
        }
    }
}
