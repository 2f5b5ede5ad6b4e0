package io.heed.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.TinyModels;
import io.heed.text.Encoded;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Next words and continuations of a small model with random weights. */
class PredictorTest {

    private static final String PROMPT = "the cat sat";

    private static LanguageModel model;
    private static Predictor predictor;

    @BeforeAll
    static void open() {
        model = TinyModels.words();
        predictor = new Predictor(model);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static String generate(String prompt, int count, Sampler sampler) {
        return predictor.generate(model.encode(prompt), count, sampler, piece -> {});
    }

    @Nested
    class NextWords {

        private final List<NextWord> all =
                predictor.next(model.encode(PROMPT), model.tokenizer().size());

        @Test
        void of_the_whole_vocabulary_have_probabilities_that_sum_to_one() {
            assertThat(all.stream().mapToInt(NextWord::id).distinct())
                    .hasSize(model.tokenizer().size());
            assertThat(all.stream().mapToDouble(NextWord::probability).sum()).isEqualTo(1, within(1e-9));
        }

        @Test
        void come_with_the_likeliest_first() {
            for (int i = 1; i < all.size(); i++) {
                assertThat(all.get(i).probability())
                        .isLessThanOrEqualTo(all.get(i - 1).probability());
            }
            assertThat(all.get(0).probability()).isGreaterThan(all.get(1).probability());
        }

        @Test
        void are_as_many_as_are_asked_for_the_likeliest_of_all() {
            assertThat(predictor.next(model.encode(PROMPT), 3)).isEqualTo(all.subList(0, 3));
        }

        @Test
        void are_spelled_as_the_vocabulary_has_them() {
            for (NextWord word : all) {
                assertThat(word.token()).isEqualTo(model.tokenizer().token(word.id()));
            }
        }

        @Test
        void depend_on_the_order_of_the_words() {
            assertThat(predictor.next(model.encode("cat the sat"), 3)).isNotEqualTo(all.subList(0, 3));
        }
    }

    @Nested
    class OfATextLongerThanTheContext {

        private final Encoded text = model.encode("the dog saw the cat . the bird sat on the mat , which saw a dog .");

        @Test
        void the_next_words_are_those_of_its_last_tokens_alone() {
            assertThat(text.length()).isGreaterThan(TinyModels.CONTEXT);
            assertThat(predictor.next(text, 9)).isEqualTo(predictor.next(text.last(TinyModels.CONTEXT), 9));
        }

        @Test
        void one_token_less_than_the_context_makes_a_difference() {
            assertThat(predictor.next(text, 9)).isNotEqualTo(predictor.next(text.last(TinyModels.CONTEXT - 1), 9));
        }
    }

    @Nested
    class Continuations {

        @Test
        void without_temperature_take_the_likeliest_word_each_time() {
            String text = PROMPT;
            for (int i = 0; i < 5; i++) {
                String likeliest = predictor.next(model.encode(text), 1).get(0).token();
                if (likeliest.equals("[EOS]")) {
                    break;
                }
                text += " " + likeliest;
            }
            assertThat(text).isNotEqualTo(PROMPT);
            assertThat(PROMPT + generate(PROMPT, 5, Sampler.GREEDY)).isEqualTo(text);
        }

        @ParameterizedTest
        @ValueSource(doubles = {.1, 1, 100})
        void from_the_likeliest_word_alone_are_the_same_at_any_temperature(double temperature) {
            assertThat(generate(PROMPT, 8, new Sampler(temperature, 1, 7)))
                    .isEqualTo(generate(PROMPT, 8, Sampler.GREEDY));
        }

        @Test
        void of_the_same_seed_are_the_same() {
            Sampler sampler = new Sampler(1, 0, 7);
            assertThat(generate(PROMPT, 8, sampler)).isEqualTo(generate(PROMPT, 8, new Sampler(1, 0, 7)));
        }

        @Test
        void of_different_seeds_differ() {
            Set<String> texts = new TreeSet<>();
            for (int seed = 0; seed < 5; seed++) {
                texts.add(generate(PROMPT, 8, new Sampler(2, 0, seed)));
            }
            assertThat(texts).hasSizeGreaterThan(3);
        }

        @Test
        void come_piece_by_piece_and_whole() {
            StringBuilder pieces = new StringBuilder();
            String whole = predictor.generate(model.encode(PROMPT), 8, new Sampler(1, 0, 3), pieces::append);
            assertThat(pieces.toString()).isEqualTo(whole).isNotEmpty();
        }

        @Test
        void end_with_the_sentence_and_do_not_say_so() {
            int shortened = 0;
            for (int seed = 0; seed < 8; seed++) {
                String text = generate(PROMPT, 25, new Sampler(3, 0, seed));
                assertThat(text).doesNotContain("[EOS]");
                shortened += text.split(" ", -1).length < 25 ? 1 : 0;
            }
            assertThat(shortened).isPositive(); // one of 19 tokens is [EOS]: 25 words without it are not the rule
        }

        @Test
        void go_on_past_the_context() {
            try (LanguageModel characters = TinyModels.characters("abcdefgh")) {
                Predictor speller = new Predictor(characters);
                String text = speller.generate(characters.encode("abc"), 20, Sampler.GREEDY, piece -> {});
                assertThat(text).hasSize(20);
            }
        }

        @Test
        void of_no_words_are_nothing() {
            assertThat(generate(PROMPT, 0, Sampler.GREEDY)).isEmpty();
        }
    }
}
