package io.heed.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.TinyModels;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Words for a gap, against the score of the text with each word of the vocabulary in the gap. */
class GapFillerTest {

    /** P(word) of each word, {@code P(text with it) / Σ P(text with another)}. */
    private static Map<String, Double> tried(LanguageModel model, String text) {
        Map<String, Double> probabilities = new LinkedHashMap<>();
        for (int id = 0; id < model.tokenizer().size(); id++) {
            if (!model.tokenizer().vocabulary().marks().contains(id)) {
                String word = model.tokenizer().vocabulary().token(id);
                String filled = text.replace(GapFiller.GAP, word);
                probabilities.put(
                        word,
                        Math.exp(new Scorer(model).score(model.encode(filled)).logProbability()));
            }
        }
        double sum =
                probabilities.values().stream().mapToDouble(Double::doubleValue).sum();
        probabilities.replaceAll((word, probability) -> probability / sum);
        return probabilities;
    }

    private static void assertFills(LanguageModel model, String text) {
        Map<String, Double> expected = tried(model, text);
        NextWords filled = new GapFiller(model).fill(text, 1000);
        assertThat(filled.likeliest()).as(text).hasSize(expected.size());
        for (NextWord word : filled.likeliest()) {
            assertThat(word.probability()).as(text).isEqualTo(expected.get(word.token()), within(1e-5));
        }
        assertThat(filled.likeliest()).isSortedAccordingTo((a, b) -> Double.compare(b.probability(), a.probability()));
        double entropy = expected.values().stream()
                .mapToDouble(probability -> -probability * Math.log(probability))
                .sum();
        assertThat(filled.entropy()).isEqualTo(entropy, within(1e-4));
        assertThat(new GapFiller(model).fill(text, 2).likeliest())
                .isEqualTo(filled.likeliest().subList(0, 2));
    }

    @Test
    void unknown_words_of_both_sides_are_named_once() {
        try (LanguageModel model = TinyModels.words()) {
            NextWords filled = new GapFiller(model).fill("the zebra ___ on the Gnu , zebra", 1);
            assertThat(filled.unknown()).containsExactly("zebra", "Gnu");
        }
    }

    @Test
    void words_rank_by_the_probability_of_the_whole_text() {
        try (LanguageModel model = TinyModels.words()) {
            assertFills(model, "the cat ___ on the mat");
            assertFills(model, "___ cat sat");
            assertFills(model, "the cat sat on the ___");
        }
    }

    @Test
    void characters_rank_by_the_probability_of_the_whole_text() {
        try (LanguageModel model = TinyModels.characters(TinyModels.TEXT)) {
            assertFills(model, "the c___t sat");
            assertFills(model, "the ___at");
            assertFills(model, " ___at");
            assertFills(model, "the ca___");
        }
    }

    @Test
    void the_text_after_the_gap_matters() {
        try (LanguageModel model = TinyModels.words()) {
            GapFiller filler = new GapFiller(model);
            assertThat(filler.fill("the ___ sat on", 9)).isNotEqualTo(filler.fill("the ___", 9));
        }
    }

    @Test
    void a_text_without_exactly_one_readable_gap_is_refused() {
        try (LanguageModel characters = TinyModels.characters(TinyModels.TEXT);
                LanguageModel words = TinyModels.words()) {
            assertRefused(words, "the cat sat", "no gap");
            assertRefused(words, "the ___ sat on the ___", "more than one gap");
            assertRefused(characters, "___he cat", "nothing before the gap");
            assertRefused(characters, "the cat ___at on the mat", "22 tokens, but the model's context is 12");
            assertRefused(words, "the ___ " + "cat ".repeat(12), "the model's context is 12");
        }
    }

    private static void assertRefused(LanguageModel model, String text, String message) {
        assertThatThrownBy(() -> new GapFiller(model).fill(text, 5))
                .isInstanceOf(HeedException.class)
                .hasMessageContaining(message);
    }
}
