package io.heed.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.TinyModels;
import io.heed.model.Distribution;
import io.heed.predict.SentenceTranslator.Translation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Translations, against the same model run from scratch for every word, without a cache and one sentence at a time. */
class SentenceTranslatorTest {

    private static final List<String> SENTENCES = List.of(
            "the cat sat", "on the rug", "the dog , which saw a bird , slept", "a", "the mat slept on the cat .");

    private final LanguageModel model = TinyModels.translator();
    private final List<long[]> sources =
            SENTENCES.stream().map(text -> model.encode(text).ids()).toList();
    private final SentenceTranslator translator = new SentenceTranslator(model);

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void the_likeliest_word_each_time_is_that_of_a_run_from_scratch() {
        List<Translation> translations = translator.translate(sources);
        for (int i = 0; i < sources.size(); i++) {
            assertThat(translations.get(i).ids()).as(SENTENCES.get(i)).isEqualTo(greedy(sources.get(i)));
        }
        assertThat(translations.stream().map(Translation::text).distinct().count())
                .isGreaterThan(2);
    }

    private List<Long> greedy(long[] source) {
        int end = model.tokenizer().sentenceMarks().end().orElseThrow();
        long[] written = {model.tokenizer().sentenceMarks().start().orElseThrow()};
        while (written.length < model.context()) {
            float[] logits = next(source, written);
            int id = Distribution.likeliest(WritableTokens.after(model).mask(logits));
            if (id == end) {
                break;
            }
            written =
                    LongStream.concat(LongStream.of(written), LongStream.of(id)).toArray();
        }
        return Arrays.stream(written).skip(1).boxed().toList();
    }

    private float[] next(long[] source, long[] written) {
        try (NDManager reading = model.newReading()) {
            return model.read(reading, List.of(source), List.of(written), null)
                    .get(0)
                    .get(written.length - 1)
                    .toFloatArray();
        }
    }

    @Test
    void a_sentence_among_others_is_translated_as_alone() {
        List<Translation> together = translator.translate(sources);
        for (int i = 0; i < sources.size(); i++) {
            Translation alone = translator.translate(List.of(sources.get(i))).get(0);
            assertThat(alone.ids()).isEqualTo(together.get(i).ids());
            assertThat(alone.logProbability()).isEqualTo(together.get(i).logProbability(), within(1e-4));
        }
    }

    @Test
    void the_search_finds_no_worse_and_reports_the_probabilities_of_a_run_from_scratch() {
        int end = model.tokenizer().sentenceMarks().end().orElseThrow();
        for (long[] source : sources) {
            List<Translation> found = translator.search(source, 4);
            Translation greedy = translator.translate(List.of(source)).get(0);
            assertThat(found.get(0).logProbability()).isGreaterThanOrEqualTo(greedy.logProbability() - 1e-4);
            assertThat(found).isSortedAccordingTo((a, b) -> Double.compare(b.logProbability(), a.logProbability()));
            for (Translation each : found) {
                List<Long> ids = new ArrayList<>(each.ids());
                if (each.ended()) {
                    ids.add((long) end);
                }
                long[] written = {model.tokenizer().sentenceMarks().start().orElseThrow()};
                double sum = 0;
                for (long id : ids) {
                    sum += new Distribution(next(source, written)).logProbability((int) id);
                    written = LongStream.concat(LongStream.of(written), LongStream.of(id))
                            .toArray();
                }
                assertThat(each.logProbability()).isEqualTo(sum, within(1e-3));
            }
        }
    }
}
