package io.heed.inspect.heads;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.inspect.Recording;
import io.heed.text.tokenizer.Encoded;
import io.heed.text.toy.ToyCorpus;
import io.heed.text.toy.ToySentence;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the toy model that ships has learnt of what was planted, on sentences it never saw. */
class ToyModelTest {

    private static LanguageModel model;

    @BeforeAll
    static void load() {
        model = ModelFolder.read(Path.of("models/toy"), Device.cpu());
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void knows_places_and_numbers_over_clauses_and_reads_the_subject() {
        List<ToySentence> heldOut = new ToyCorpus(ToyCorpus.SEED).heldOut(ToyCorpus.SENTENCES / 10);
        PlantedScores scores = PlantedScores.of(model, heldOut);
        assertThat(scores.places()).isGreaterThan(300);
        assertThat(scores.placeAccuracy()).isGreaterThanOrEqualTo(0.99);
        assertThat(scores.numbers()).isGreaterThan(50);
        assertThat(scores.numberAccuracy()).isGreaterThanOrEqualTo(0.99);
        assertThat(scores.layer()).isEqualTo(1);
        assertThat(scores.headShare()).isGreaterThanOrEqualTo(0.95);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "the cat , which broke the vase and liked the dog , sat on the",
                "The Cat, which broke the vase and liked the dog, sat on the",
                "The cat sat on the"
            })
    void puts_the_cat_on_the_mat_however_the_sentence_is_written(String text) {
        Encoded encoded = model.encode(text);
        assertThat(encoded.unknown()).isEmpty();
        float[] next = Recording.of(model, text, encoded, Recording.MAPS).logits(encoded.length() - 1);
        double sum = 0;
        for (float logit : next) {
            sum += Math.exp(logit);
        }
        double probability =
                Math.exp(next[model.tokenizer().vocabulary().id("mat").orElseThrow()]) / sum; // softmax
        assertThat(probability).isGreaterThanOrEqualTo(0.95);
    }
}
