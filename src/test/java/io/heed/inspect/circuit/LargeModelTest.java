package io.heed.inspect.circuit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.TinyModels;
import io.heed.inspect.circuit.graph.Graph;
import io.heed.inspect.circuit.pairs.PromptPair;
import io.heed.model.shape.Attention;
import io.heed.model.shape.ModelConfig;
import io.heed.text.ContrastPair;
import io.heed.text.tokenizer.Tokenizer;
import io.heed.text.tokenizer.TokenizerBuilder;
import io.heed.text.tokenizer.TokenizerType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A model with too many edges to try each: less is measured, and the report says so. */
class LargeModelTest {

    private static final int LAYERS = 6;

    private static LanguageModel model() {
        Tokenizer tokenizer = Tokenizer.of(TokenizerBuilder.build(TokenizerType.WORD, TinyModels.TEXT, 1000), "test");
        ModelConfig config = ModelConfig.builder(tokenizer.size(), TinyModels.CONTEXT, 16, LAYERS)
                .attention(new Attention(4, true))
                .build();
        return TinyModels.of(tokenizer, config);
    }

    /** Pairs for which the model prefers the answer after the clean text. */
    private static List<PromptPair> pairs(LanguageModel model) {
        List<String> words = List.of("cat", "mat", "dog", "bird", "rug");
        List<PromptPair> pairs = new ArrayList<>();
        for (String first : words) {
            for (String second : words) {
                for (String answer : words) {
                    String wrong = words.get((words.indexOf(answer) + 1) % words.size());
                    if (first.equals(second)) {
                        continue;
                    }
                    ContrastPair texts =
                            new ContrastPair("the " + first + " sat on", "the " + second + " sat on", answer, wrong);
                    PromptPair pair = PromptPair.of(model, "here", texts);
                    try (PairedPrompts one = new PairedPrompts(
                            model,
                            new Graph(model.transformer().config()),
                            List.of(pair),
                            Metric.LOGIT_DIFFERENCE,
                            Baseline.COUNTERFACTUAL)) {
                        if (one.clean()[0] > one.corrupted()[0]) {
                            pairs.add(pair);
                        }
                    }
                }
            }
        }
        return pairs;
    }

    @Test
    void it_is_sampled_and_says_how_far_it_is() {
        try (LanguageModel model = model()) {
            List<PromptPair> pairs = pairs(model);
            List<Integer> progress = new ArrayList<>();
            CircuitReport report = CircuitReport.of(
                    model,
                    new CircuitReport.Wanted(
                            "large", pairs.subList(0, 8), pairs.subList(8, 24), Metric.LOGIT_DIFFERENCE, 2),
                    progress::add);
            CircuitProof proof = report.proof();
            assertThat(report.all()).isGreaterThan(500);
            assertThat(proof.pairs()).isEqualTo(16);
            assertThat(proof.sampled()).isEqualTo(12);
            assertThat(proof.lost()).hasSameSizeAs(report.edges());
            assertThat(proof.curve().get(proof.curve().size() - 1).faithfulness())
                    .isCloseTo(1, offset(1e-4));
            assertThat(progress).isSorted().contains(5, 40, 60, 85, 90);
            assertThat(progress.get(progress.size() - 1)).isEqualTo(CircuitReport.PARTS);
            assertThat(progress.stream().distinct().count()).isGreaterThan(40);
        }
    }
}
