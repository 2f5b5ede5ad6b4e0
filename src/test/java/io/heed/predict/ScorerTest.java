package io.heed.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.TinyModels;
import io.heed.predict.Score.ScoredToken;
import io.heed.predict.evaluation.EvaluationTotals;
import io.heed.predict.evaluation.Evaluator;
import io.heed.text.DataFormat;
import io.heed.text.tokenizer.Encoded;
import io.heed.text.tokenizer.Encoded.Span;
import io.heed.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Scores of a text, against the next words after each of its prefixes. */
class ScorerTest {

    private static final Path BYTES = Path.of("src/test/resources/fixtures/bpe/tokenizer.json");

    private static final String LONG =
            "the dog saw the cat . the bird sat on the mat , which saw a dog . a rug , the cat .";

    @Test
    void each_token_has_its_probability_and_rank_among_the_next_words_after_its_prefix() {
        try (LanguageModel model = TinyModels.words()) {
            Encoded text = model.encode("the cat sat on the mat");
            List<ScoredToken> tokens = new Scorer(model).score(text).tokens();
            assertThat(tokens)
                    .extracting(ScoredToken::token)
                    .isEqualTo(text.tokens().subList(1, text.length()));
            for (int place = 1; place < text.length(); place++) {
                List<NextWord> next = new NextWordPredictor(model)
                        .next(
                                Arrays.copyOf(text.ids(), place),
                                model.tokenizer().size())
                        .likeliest();
                ScoredToken token = tokens.get(place - 1);
                assertThat(token.id()).isEqualTo((int) text.ids()[place]);
                NextWord same = next.get(token.rank() - 1);
                assertThat(same.id()).isEqualTo(token.id());
                assertThat(token.logProbability()).isEqualTo(Math.log(same.probability()), within(1e-4));
                assertThat(token.surprise()).isEqualTo(-Math.log(same.probability()) / Math.log(2), within(1e-4));
            }
        }
    }

    @Test
    void the_first_token_has_no_probability_if_nothing_comes_before_it() {
        try (LanguageModel model = TinyModels.characters("abc")) {
            Score score = new Scorer(model).score(model.encode("cab"));
            assertThat(score.tokens()).extracting(ScoredToken::token).containsExactly("c", "a", "b");
            assertThat(score.tokens().get(0))
                    .isEqualTo(new ScoredToken("c", score.tokens().get(0).id(), new Span(0, 1), null, null));
            assertThat(score.tokens().get(0).surprise()).isNull();
            assertThat(score.counted()).isEqualTo(2);
            Score one = new Scorer(model).score(model.encode("c"));
            assertThat(one.counted()).isZero();
            assertThat(one.perplexity()).isNaN();
        }
    }

    @Test
    void every_token_of_a_long_text_is_predicted_from_at_least_half_a_context() {
        for (int context : new int[] {1, 2, 5, 12, 80, 100}) {
            try (LanguageModel model = TinyModels.characters(LONG, context)) {
                Encoded text = model.encode(LONG);
                List<ScoredToken> tokens = new Scorer(model).score(text).tokens();
                assertThat(tokens).hasSize(text.length());
                for (int place = 1; place < text.length(); place++) {
                    double found = tokens.get(place).logProbability();
                    int end = place;
                    int least = Math.min(place, (context + 1) / 2);
                    assertThat(Stream.iterate(least, many -> many <= Math.min(end, context), many -> many + 1)
                                    .map(many -> Whole.logProbabilities(
                                            model, Arrays.copyOfRange(text.ids(), end - many, end))[
                                            (int) text.ids()[end]]))
                            .as("token %d, context %d", place, context)
                            .anyMatch(log -> Math.abs(log - found) < 1e-4);
                }
                // as long as everything fits, everything is seen
                for (int place = 1; place < Math.min(text.length(), context + 1); place++) {
                    double whole =
                            Whole.logProbabilities(model, Arrays.copyOf(text.ids(), place))[(int) text.ids()[place]];
                    assertThat(tokens.get(place).logProbability()).isEqualTo(whole, within(1e-4));
                }
            }
        }
    }

    @Test
    void the_perplexity_is_the_inverse_of_the_geometric_mean_of_the_probabilities() {
        Span anywhere = new Span(0, 1);
        Score score = new Score(List.of(
                new ScoredToken("a", 0, anywhere, null, null),
                new ScoredToken("b", 1, anywhere, Math.log(1 / 2.), 1),
                new ScoredToken("c", 2, anywhere, Math.log(1 / 32.), 2)));
        assertThat(score.logProbability()).isEqualTo(Math.log(1 / 64.), within(1e-12));
        assertThat(score.perplexity()).isEqualTo(8, within(1e-12)); // √64
        assertThat(score.tokens().get(2).surprise()).isEqualTo(5, within(1e-12)); // 2⁵ = 32
    }

    /** Encoded as by RoBERTa's tokenizer: byte-level, with marks around it, and with spaces that stand for no character. */
    private static LanguageModel marked() throws IOException {
        return TinyModels.with(Tokenizer.of(
                Files.readString(BYTES).replaceFirst("\"post_processor\": *(null|\\{[^}]*})", """
                        "post_processor": {"type": "RobertaProcessing", "sep": ["<|endoftext|>", 0],
                         "cls": ["<|endoftext|>", 0], "trim_offsets": true, "add_prefix_space": false}"""), "test"));
    }

    private static Stream<Arguments> tokenizers() throws IOException {
        return Stream.of(
                Arguments.of(TinyModels.words()),
                Arguments.of(TinyModels.characters(LONG + "dö—")),
                Arguments.of(TinyModels.with(Tokenizer.load(BYTES))),
                Arguments.of(marked()));
    }

    @ParameterizedTest
    @MethodSource("tokenizers")
    void the_sum_equals_the_evaluation_of_the_same_tokens(LanguageModel model, @TempDir Path folder)
            throws IOException {
        Tokenizer tokenizer = model.tokenizer();
        for (String text : List.of("the cat sat", "the dög — 中 😎 sat", LONG)) {
            Path file = Files.writeString(folder.resolve("text.txt"), text);
            for (DataFormat format : List.of(DataFormat.LINES, DataFormat.STREAM)) {
                long[] ids = format == DataFormat.LINES
                        ? tokenizer.encodeSentences(List.of(text)).get(0)
                        : tokenizer.encodeStream(text);
                try (Evaluator evaluator = new Evaluator(model, format, Evaluator.defaultStride(model.context()))) {
                    EvaluationTotals evaluation = evaluator.evaluate(file, bytes -> {});
                    Score score = new Scorer(model).score(model.encoded(ids));
                    assertThat(score.counted()).isEqualTo(evaluation.tokens()).isEqualTo(ids.length - 1);
                    assertThat(score.logProbability()).isCloseTo(-evaluation.nats(), within(1e-3));
                }
            }
        }
        model.close();
    }

    @Test
    void a_token_that_stands_for_no_character_of_the_text_counts() throws IOException {
        try (LanguageModel model = marked()) {
            Encoded text = model.encode("a — b");
            assertThat(text.tokens()).contains("Ġ").endsWith("<|endoftext|>");
            assertThat(text.spans())
                    .filteredOn(span -> span.start() == span.end())
                    .hasSizeGreaterThan(2);
            Score score = new Scorer(model).score(text);
            assertThat(score.tokens())
                    .extracting(ScoredToken::token)
                    .isEqualTo(text.tokens().subList(1, text.length()));
            double sum = 0;
            for (int place = 1; place < text.length(); place++) {
                sum += Whole.logProbabilities(model, Arrays.copyOf(text.ids(), place))[(int) text.ids()[place]];
            }
            assertThat(score.logProbability()).isCloseTo(sum, within(1e-3));
        }
    }
}
