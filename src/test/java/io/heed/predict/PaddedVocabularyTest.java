package io.heed.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.checkpoint.Safetensors;
import io.heed.inspect.Recording;
import io.heed.inspect.evidence.Evidence;
import io.heed.inspect.evidence.LensLayer;
import io.heed.inspect.heads.RepeatedTokens;
import io.heed.text.tokenizer.Encoded;
import io.heed.text.tokenizer.Tokenizer;
import io.heed.text.tokenizer.TokenizerBuilder;
import io.heed.text.tokenizer.TokenizerType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A model with more rows than its tokenizer has tokens, as when rows are padded to a multiple of 64: its probabilities are over all rows,
 * as in transformers, and it never writes a row without a token.
 */
class PaddedVocabularyTest {

    private static final Path FIXTURE = Path.of("src/test/resources/fixtures/gpt2");

    private static final int FAR = 50;

    @TempDir
    private Path folder;

    private LanguageModel model;
    private Tokenizer tokenizer;
    private int rows;

    /** The fixture's 96 rows, and a tokenizer of a few tokens, one with an id far above the others. */
    @BeforeEach
    void read() throws IOException {
        for (String file : List.of("config.json", "model.safetensors")) {
            Files.copy(FIXTURE.resolve(file), folder.resolve(file));
        }
        String json = TokenizerBuilder.build(TokenizerType.WORD, "the cat sat", 10);
        Files.writeString(folder.resolve("tokenizer.json"), json.replaceFirst("\"sat\" *: *\\d+", "\"sat\": " + FAR));
        model = ModelFolder.read(folder, Device.cpu());
        tokenizer = model.tokenizer();
        rows = model.transformer().config().vocabulary();
        assertThat(rows).isEqualTo(96);
        assertThat(IntStream.range(0, rows).filter(tokenizer.vocabulary()::hasToken))
                .contains(FAR)
                .hasSizeLessThan(10);
    }

    @AfterEach
    void close() {
        model.close();
    }

    /** From the logits of transformers: make_fixtures.py. */
    @Test
    void a_score_is_over_all_rows_as_in_transformers() throws IOException {
        Map<String, Safetensors.StoredArray> expected = Safetensors.read(FIXTURE.resolve("expected.safetensors"));
        int length = (int) expected.get("input_ids").shape()[1];
        long[] ids = Arrays.copyOf(expected.get("input_ids").longs(), length);
        float[] logits = expected.get("logits").floats();
        double nats = 0;
        for (int place = 1; place < length; place++) {
            float[] before = Arrays.copyOfRange(logits, (place - 1) * rows, place * rows);
            double sum = IntStream.range(0, rows)
                    .mapToDouble(id -> Math.exp(before[id]))
                    .sum();
            nats += Math.log(sum) - before[(int) ids[place]];
        }
        Score score = new Scorer(model).score(model.encoded(ids));
        assertThat(score.counted()).isEqualTo(length - 1);
        assertThat(-score.logProbability()).isCloseTo(nats, within(1e-3));
    }

    @Test
    void the_probabilities_of_all_rows_sum_to_one_and_a_row_without_a_token_is_named_by_its_id() {
        Encoded text = model.encode("the cat");
        double[] whole = Whole.logProbabilities(model, text.ids());
        List<NextWord> next =
                new NextWordPredictor(model).next(text.ids(), 1000).likeliest();
        assertThat(next).hasSize(rows).allSatisfy(word -> {
            assertThat(word.logProbability()).isCloseTo(whole[word.id()], within(1e-4));
            assertThat(word.token())
                    .isEqualTo(
                            tokenizer.vocabulary().hasToken(word.id())
                                    ? tokenizer.vocabulary().token(word.id())
                                    : "<id %d>".formatted(word.id()));
        });
        assertThat(next.stream().mapToDouble(NextWord::probability).sum()).isCloseTo(1, within(1e-9));
    }

    private void assertWritable(LongStream ids) {
        assertThat(ids.boxed())
                .isNotEmpty()
                .allMatch(id -> tokenizer.vocabulary().hasToken(id.intValue()))
                .noneMatch(id -> tokenizer.vocabulary().marks().contains(id.intValue())
                        && !tokenizer.sentenceMarks().ends().contains(id.intValue()));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, 5})
    void a_row_without_a_token_is_never_drawn(double temperature) {
        long[] prompt = model.encode("the cat").ids();
        double[] first = Whole.logProbabilities(model, prompt);
        assertThat(IntStream.range(0, rows)
                        .filter(id -> !tokenizer.vocabulary().hasToken(id))
                        .mapToDouble(id -> Math.exp(first[id]))
                        .sum())
                .isGreaterThan(.5); // so that it would be drawn
        GenerationSettings settings = new GenerationSettings(30, new Sampling(temperature, 0, 1, 0, 1, 1));
        try (Generation generation = new Generation(model, List.of(model.encoded(prompt)), settings)) {
            Generated written = generation.run((row, piece, token) -> {}).get(0);
            assertWritable(written.tokens().stream().mapToLong(GeneratedToken::id));
            GeneratedToken token = written.tokens().get(0); // its probability is over all rows all the same
            assertThat(Math.log(token.probability())).isCloseTo(first[token.id()], within(1e-4));
        }
    }

    @Test
    void a_row_without_a_token_is_in_no_beam_and_in_no_gap() {
        assertThat(new BeamSearch(model).search(model.encode("the cat"), 8, 5))
                .allSatisfy(beam -> assertThat(beam.ids())
                        .allMatch(id -> tokenizer.vocabulary().hasToken(id.intValue())));
        assertThat(new GapFiller(model).fill("the ___ sat", 1000).likeliest())
                .isNotEmpty()
                .allMatch(word -> tokenizer.vocabulary().hasToken(word.id()));
    }

    @Test
    void evidence_and_lens_name_rows_without_a_token() {
        Encoded text = model.encoded(new long[] {2, 95, 5});
        assertThat(text.shown().get(1)).isEqualTo("<id 95>");
        Evidence evidence = Evidence.of(model, Recording.of(model, "2 95 5", text));
        double[] whole = Whole.logProbabilities(model, text.ids());
        assertThat(Math.log(evidence.probability()))
                .isCloseTo(Arrays.stream(whole).max().orElseThrow(), within(1e-4));
        assertThat(evidence.lens().stream()
                        .flatMap(layer -> layer.positions().stream())
                        .flatMap(List::stream)
                        .map(LensLayer.Guess::shown))
                .anyMatch(shown -> shown.matches("<id \\d+>"));
    }

    @Test
    void no_row_without_a_token_is_among_random_tokens() {
        assertThat(LongStream.of(RepeatedTokens.read(model, 1).encoded().ids()).boxed())
                .allMatch(id -> tokenizer.vocabulary().hasToken(id.intValue()));
    }

    @Test
    void a_row_without_a_token_has_no_text_and_no_bytes() {
        assertThat(tokenizer.decode(new long[] {tokenizer.vocabulary().id("cat").orElseThrow(), 95}))
                .isEqualTo("cat");
        assertThat(tokenizer.vocabulary().bytes(95)).isZero();
    }
}
