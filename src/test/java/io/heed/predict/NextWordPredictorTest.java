package io.heed.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.TinyModels;
import io.heed.text.tokenizer.Encoded;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Next words of a small model with random weights. */
class NextWordPredictorTest {

    private static final String PROMPT = "the cat sat";

    private static LanguageModel model;
    private static NextWordPredictor predictor;

    @BeforeAll
    static void open() {
        model = TinyModels.words();
        predictor = new NextWordPredictor(model);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static List<NextWord> next(Encoded text, int count) {
        return predictor.next(text.ids(), count).likeliest();
    }

    @Nested
    class Words {

        private final List<NextWord> all =
                next(model.encode(PROMPT), model.tokenizer().size());

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
        void are_as_many_as_asked_for_and_the_likeliest_of_all() {
            assertThat(next(model.encode(PROMPT), 3)).isEqualTo(all.subList(0, 3));
        }

        @Test
        void are_spelled_as_the_vocabulary_has_them() {
            for (NextWord word : all) {
                assertThat(word.token())
                        .isEqualTo(model.tokenizer().vocabulary().token(word.id()));
            }
        }

        @Test
        void depend_on_the_order_of_the_words() {
            assertThat(next(model.encode("cat the sat"), 3)).isNotEqualTo(all.subList(0, 3));
        }
    }

    @Nested
    class OfATextLongerThanTheContext {

        private final Encoded text = model.encode("the dog saw the cat . the bird sat on the mat , which saw a dog .");

        @Test
        void the_next_words_are_those_of_its_last_tokens_alone() {
            assertThat(text.length()).isGreaterThan(TinyModels.CONTEXT);
            assertThat(next(text, 9)).isEqualTo(next(text.last(TinyModels.CONTEXT), 9));
        }

        @Test
        void one_token_less_than_the_context_makes_a_difference() {
            assertThat(next(text, 9)).isNotEqualTo(next(text.last(TinyModels.CONTEXT - 1), 9));
        }
    }

    @Nested
    class OfSeveralTexts {

        @Test
        void are_those_of_each_text_alone_in_order() {
            List<long[]> texts = Stream.of("the", PROMPT, "which", "the dog , which saw a bird , slept", "the rug")
                    .map(text -> model.encode(text).ids())
                    .toList();
            int size = model.tokenizer().size();
            List<NextWords> together = predictor.next(texts, size);
            for (int i = 0; i < texts.size(); i++) {
                NextWords alone = predictor.next(texts.get(i), size);
                assertThat(ids(together.get(i))).isEqualTo(ids(alone));
                assertThat(together.get(i).entropy()).isEqualTo(alone.entropy(), within(1e-4));
                for (int word = 0; word < size; word++) {
                    assertThat(together.get(i).likeliest().get(word).probability())
                            .isEqualTo(alone.likeliest().get(word).probability(), within(1e-5));
                }
            }
        }

        private static List<Integer> ids(NextWords words) {
            return words.likeliest().stream().map(NextWord::id).toList();
        }
    }

    @Test
    void the_entropy_is_that_of_all_probabilities() {
        NextWords next = predictor.next(model.encode(PROMPT).ids(), Integer.MAX_VALUE);
        double entropy = next.likeliest().stream()
                .mapToDouble(word -> -word.probability() * Math.log(word.probability()))
                .sum();
        assertThat(next.entropy()).isEqualTo(entropy, within(1e-9));
        assertThat(next.likeliest().get(2).logProbability())
                .isEqualTo(Math.log(next.likeliest().get(2).probability()));
    }
}
