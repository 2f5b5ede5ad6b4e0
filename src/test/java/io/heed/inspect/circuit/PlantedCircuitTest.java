package io.heed.inspect.circuit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.PlantedInduction;
import io.heed.inspect.circuit.graph.Edge;
import io.heed.inspect.circuit.graph.Graph;
import io.heed.inspect.circuit.pairs.PromptPair;
import io.heed.text.ContrastPair;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A circuit that was set by hand is found: head 0.0 copies the token before, by which head 1.0 finds what followed earlier. */
class PlantedCircuitTest {

    /** Words of the model: aa, ab, …. */
    private static String word(int i) {
        return "" + (char) ('a' + i / 26) + (char) ('a' + i % 26);
    }

    /** Eight words and then one of them again; the answer is what followed it. */
    private static List<PromptPair> pairs(LanguageModel model, boolean swapped) {
        List<PromptPair> pairs = new ArrayList<>();
        for (int seed = 0; seed < 12; seed++) {
            List<Integer> words = new ArrayList<>(
                    IntStream.range(0, PlantedInduction.WORDS).boxed().toList());
            Collections.shuffle(words, new Random(seed));
            List<String> first = new ArrayList<>(
                    words.subList(0, 8).stream().map(PlantedCircuitTest::word).toList());
            List<String> second = new ArrayList<>(first);
            String asked = first.get(1);
            String other = first.get(5);
            first.add(asked);
            if (swapped) { // the words before the answers change places
                second.set(1, other);
                second.set(5, asked);
                second.add(asked);
            } else {
                second.add(other);
            }
            ContrastPair pair =
                    new ContrastPair(String.join(" ", first), String.join(" ", second), first.get(2), first.get(6));
            pairs.add(PromptPair.of(model, "here", pair));
        }
        return pairs;
    }

    private static CircuitReport found(boolean swapped) {
        try (LanguageModel model = PlantedInduction.model()) {
            List<PromptPair> pairs = pairs(model, swapped);
            return CircuitReport.of(
                    model,
                    new CircuitReport.Wanted(
                            "planted", pairs.subList(0, 6), pairs.subList(6, 12), Metric.LOGIT_DIFFERENCE, 5),
                    done -> {});
        }
    }

    @Test
    void another_word_asked_for_goes_through_the_query_alone() {
        CircuitReport report = found(false);
        assertThat(report.edges()).map(Edge::toString).containsExactly("words→1.0.q", "1.0→logits");
        assertThat(report.proof().faithfulness()).isCloseTo(1, offset(0.01));
        assertThat(report.proof().complement()).isCloseTo(0, offset(0.01));
        assertThat(report.proof().lost()).allSatisfy(lost -> assertThat(lost).isGreaterThan(0.9));
        assertThat(report.agreement()).isEqualTo(1);
    }

    @Test
    void other_words_before_the_answers_go_through_the_head_that_copies_them_into_the_key() {
        CircuitReport report = found(true);
        assertThat(report.edges()).map(Edge::toString).contains("words→0.0.v", "0.0→1.0.k", "1.0→logits");
        assertThat(report.edges())
                .map(Edge::toString)
                .as("nothing of the heads and networks that write nothing")
                .allSatisfy(edge -> assertThat(edge).doesNotContain("ff", "0.1", "1.1"));
        assertThat(report.proof().faithfulness()).isCloseTo(1, offset(0.05));
    }

    @Test
    void gradients_find_the_same() {
        try (LanguageModel model = PlantedInduction.model()) {
            Graph graph = new Graph(model.transformer().config());
            try (PairedPrompts prompts = new PairedPrompts(
                    model, graph, pairs(model, false), Metric.LOGIT_DIFFERENCE, Baseline.COUNTERFACTUAL)) {
                int[] each = IntStream.range(0, prompts.count()).toArray();
                BitSet circuit = new GradientFinder(graph, prompts).find(each).circuit();
                assertThat(graph.edges(circuit).stream().map(Edge::toString))
                        .containsExactly("words→1.0.q", "1.0→logits");
            }
        }
    }
}
