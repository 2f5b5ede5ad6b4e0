package io.heed.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.TinyModels;
import io.heed.predict.Generated.Ending;
import io.heed.text.tokenizer.Encoded;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Continuations of a small model with random weights. */
class GenerationTest {

    private static final String PROMPT = "the cat sat";

    private static LanguageModel model;
    private static LanguageModel speller;

    @BeforeAll
    static void open() {
        model = TinyModels.words();
        speller = TinyModels.characters("abcdefgh");
    }

    @AfterAll
    static void close() {
        model.close();
        speller.close();
    }

    private static Sampling drawing(double temperature, long seed) {
        return new Sampling(temperature, 0, 1, 0, 1, seed);
    }

    private static List<Generated> run(LanguageModel model, GenerationSettings settings, String... prompts) {
        List<Encoded> texts = Stream.of(prompts).map(model::encode).toList();
        try (Generation generation = new Generation(model, texts, settings)) {
            return generation.run((row, piece, token) -> {});
        }
    }

    private static String generate(String prompt, int count, Sampling sampling) {
        return run(model, new GenerationSettings(count, sampling), prompt)
                .get(0)
                .text();
    }

    @Test
    void without_temperature_the_likeliest_word_is_taken_each_time() {
        NextWordPredictor predictor = new NextWordPredictor(model);
        String text = PROMPT;
        for (int i = 0; i < 5; i++) {
            String likeliest = predictor
                    .next(model.encode(text).ids(), 1)
                    .likeliest()
                    .get(0)
                    .token();
            if (likeliest.equals("[EOS]")) {
                break;
            }
            text += " " + likeliest;
        }
        assertThat(text).isNotEqualTo(PROMPT);
        assertThat(PROMPT + generate(PROMPT, 5, Sampling.GREEDY)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(doubles = {.1, 1, 100})
    void from_the_likeliest_word_alone_any_temperature_gives_the_same(double temperature) {
        assertThat(generate(PROMPT, 8, new Sampling(temperature, 1, 1, 0, 1, 7)))
                .isEqualTo(generate(PROMPT, 8, Sampling.GREEDY));
    }

    @Test
    void the_same_seed_gives_the_same_and_others_differ() {
        assertThat(generate(PROMPT, 8, drawing(1, 7))).isEqualTo(generate(PROMPT, 8, drawing(1, 7)));
        Set<String> texts = new TreeSet<>();
        for (int seed = 0; seed < 5; seed++) {
            texts.add(generate(PROMPT, 8, drawing(2, seed)));
        }
        assertThat(texts).hasSizeGreaterThan(3);
    }

    @Test
    void pieces_add_up_to_the_whole_and_tokens_have_their_probabilities() {
        StringBuilder pieces = new StringBuilder();
        List<GeneratedToken> told = new ArrayList<>();
        GenerationSettings settings = new GenerationSettings(8, drawing(1, 3), List.of(), 1, 2);
        Encoded prompt = model.encode(PROMPT);
        try (Generation generation = new Generation(model, List.of(prompt), settings)) {
            Generated whole = generation
                    .run((row, piece, token) -> {
                        pieces.append(piece);
                        told.add(token);
                    })
                    .get(0);
            assertThat(pieces.toString()).isEqualTo(whole.text()).isNotEmpty();
            assertThat(told).isEqualTo(whole.tokens());
        }
        NextWords first = new NextWordPredictor(model).next(prompt.ids(), 19);
        assertThat(told.get(0).alternatives()).isEqualTo(first.likeliest().subList(0, 2));
        assertThat(told.get(0).entropy()).isEqualTo(first.entropy());
        assertThat(first.likeliest())
                .contains(new NextWord(
                        told.get(0).token(), told.get(0).id(), told.get(0).probability()));
    }

    @Test
    void the_end_of_a_sentence_ends_it_and_no_mark_is_written() {
        TreeMap<Ending, Integer> endings = new TreeMap<>();
        for (int seed = 0; seed < 8; seed++) {
            Generated generated = run(model, new GenerationSettings(25, drawing(3, seed)), PROMPT)
                    .get(0);
            assertThat(generated.text()).doesNotContain("[");
            int words = generated.text().strip().split(" ").length;
            if (generated.ending() == Ending.END_OF_TEXT) {
                assertThat(generated.tokens())
                        .hasSize(words + 1)
                        .last()
                        .matches(token -> token.token().equals("[EOS]"));
            } else {
                assertThat(words).isEqualTo(25);
            }
            endings.merge(generated.ending(), 1, Integer::sum);
        }
        assertThat(endings).containsKeys(Ending.END_OF_TEXT, Ending.LENGTH); // one of 19 tokens is [EOS]
    }

    @ParameterizedTest
    @CsvSource({"-1, 1, 0, tokens: -1", "1, 0, 0, continuations: 0", "1, 1, -1, alternatives: -1"})
    void negative_numbers_are_refused(int tokens, int continuations, int alternatives, String message) {
        assertThatThrownBy(
                        () -> new GenerationSettings(tokens, Sampling.GREEDY, List.of(), continuations, alternatives))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void no_tokens_give_an_empty_text() {
        assertThat(generate(PROMPT, 0, Sampling.GREEDY)).isEmpty();
    }

    @Nested
    class Together {

        private final String[] prompts = {PROMPT, "the", "the dog , which saw a bird , slept on the", "which saw"};

        @ParameterizedTest
        @ValueSource(ints = {0, 1})
        void texts_of_different_lengths_continue_as_each_alone(int temperature) {
            GenerationSettings settings = new GenerationSettings(30, drawing(temperature, 5), List.of(), 2, 0);
            List<Generated> together = run(model, settings, prompts);
            List<Generated> alone = Stream.of(prompts)
                    .flatMap(prompt -> run(model, settings, prompt).stream())
                    .toList();
            assertThat(together)
                    .extracting(Generated::text)
                    .isEqualTo(alone.stream().map(Generated::text).toList());
            assertThat(together)
                    .extracting(Generated::ending)
                    .isEqualTo(alone.stream().map(Generated::ending).toList());
        }

        @Test
        void several_continuations_differ_and_the_first_equals_a_single_one() {
            List<Generated> four = run(model, new GenerationSettings(8, drawing(2, 5), List.of(), 4, 0), PROMPT);
            assertThat(four.stream().map(Generated::text).distinct()).hasSize(4);
            assertThat(four.get(0).text()).isEqualTo(generate(PROMPT, 8, drawing(2, 5)));
        }
    }

    @Nested
    class Stopping {

        private final String whole = run(speller, new GenerationSettings(30, drawing(2, 4)), "abc")
                .get(0)
                .text();

        private String pieces(GenerationSettings settings) {
            StringBuilder pieces = new StringBuilder();
            try (Generation generation = new Generation(speller, List.of(speller.encode("abc")), settings)) {
                Generated generated = generation
                        .run((row, piece, token) -> pieces.append(piece))
                        .get(0);
                assertThat(generated.text()).isEqualTo(pieces.toString());
                assertThat(generated.ending()).isEqualTo(pieces.length() == 30 ? Ending.LENGTH : Ending.STOP);
            }
            return pieces.toString();
        }

        @Test
        void comes_before_the_word_and_never_shows_part_of_it() {
            for (int length = 1; length <= 3; length++) {
                String stop = whole.substring(9, 9 + length);
                GenerationSettings settings = new GenerationSettings(30, drawing(2, 4), List.of("zz", stop), 1, 0);
                assertThat(pieces(settings)).isEqualTo(whole.substring(0, whole.indexOf(stop)));
            }
        }

        @Test
        void does_not_come_for_part_of_the_word() {
            String nearly = whole.substring(9, 12) + "zz";
            assertThat(pieces(new GenerationSettings(30, drawing(2, 4), List.of(nearly), 1, 0)))
                    .isEqualTo(whole);
        }

        @Test
        void at_nothing_is_refused() {
            assertThatThrownBy(() -> new GenerationSettings(1, Sampling.GREEDY, List.of(""), 1, 0))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void a_character_of_several_tokens_comes_whole() {
        try (LanguageModel characters = TinyModels.characters("añ漢😀")) {
            StringBuilder pieces = new StringBuilder();
            GenerationSettings settings = new GenerationSettings(40, drawing(3, 2));
            try (Generation generation = new Generation(characters, List.of(characters.encode("a")), settings)) {
                generation.run((row, piece, token) -> pieces.append(piece));
            }
            assertThat(pieces.codePoints()).hasSize(40).allMatch(c -> "añ漢😀".indexOf(c) >= 0);
        }
    }
}
