package io.heed.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.inspect.lesson.Lesson;
import io.heed.inspect.lesson.LookUpLesson;
import io.heed.model.Trace.Part;
import io.heed.model.Trace.Step;
import io.heed.predict.evaluation.HeadAlignment;
import io.heed.predict.evaluation.TranslationEvaluation;
import io.heed.text.corpus.SentencePair;
import io.heed.text.tokenizer.Encoded;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The model that comes with Heed: what it was made to show. */
class TranslationTest {

    private static final LanguageModel MODEL = ModelFolder.readTranslator(Path.of("models/fr-en"), Device.cpu());

    @AfterAll
    static void close() {
        MODEL.close();
    }

    private static Recording read(String source, String target) {
        Encoded from = MODEL.encode(source);
        Passage passage = new Passage(target, MODEL.encode(target), new Passage(source, from));
        return Recording.of(MODEL, passage, Recording.ATTENTION);
    }

    @Test
    void below_comes_from_ci_dessous() {
        Recording recording = read("voir le tableau ci-dessous", "see the table below");
        int[] clearest = new LookUps(recording).clearest();
        List<LookUps.LookUp> found = new LookUps(recording).of(clearest[0], clearest[1]);
        assertThat(found)
                .extracting(LookUps.LookUp::target, LookUps.LookUp::source)
                .containsExactly(
                        tuple("see", "voir"),
                        tuple("the", "le"),
                        tuple("table", "tableau"),
                        tuple("below", "ci-dessous"));
    }

    @Test
    void words_that_are_there_twice_are_named_with_their_tokens() {
        Recording recording = read("le chat a vu le chien", "the cat saw the dog");
        int[] clearest = new LookUps(recording).clearest();
        assertThat(new LookUps(recording).of(clearest[0], clearest[1])) // [BOS] is 0
                .extracting(new LookUps(recording)::targetName, new LookUps(recording)::sourceName)
                .containsExactly(
                        tuple("the (1)", "le (1)"),
                        tuple("cat", "chat"),
                        tuple("saw", "vu"),
                        tuple("the (4)", "le (5)"),
                        tuple("dog", "chien"));
    }

    @Test
    void held_out_sentences_come_out_right_and_words_are_found() {
        List<SentencePair> heldOut = SentencePair.read(Path.of("data/fr-en-held-out.tsv"));
        TranslationEvaluation figures = TranslationEvaluation.of(MODEL, heldOut, done -> {});
        assertThat(figures.exactShare()).isGreaterThanOrEqualTo(.98);
        assertThat(HeadAlignment.of(MODEL, heldOut).get(0).errors().rate()).isLessThanOrEqualTo(.05);
    }

    @Test
    void an_alignment_is_counted_from_the_weights_of_the_row_that_writes_a_word() {
        SentencePair pair = new SentencePair("voir le tableau ci-dessous", "see the table below", null);
        assertThat(HeadAlignment.of(MODEL, List.of(pair)))
                .as("nothing is known of it")
                .isEmpty();
        List<SentencePair> known =
                SentencePair.read(Path.of("data/fr-en-held-out.tsv")).subList(0, 40);
        for (HeadAlignment each : HeadAlignment.of(MODEL, known)) {
            int links = known.stream()
                    .mapToInt(one -> one.target().split(" ").length)
                    .sum();
            assertThat(each.errors().found()).isEqualTo(links);
        }
        Recording recording = read(known.get(0).source(), known.get(0).target());
        HeadAlignment best = HeadAlignment.of(MODEL, known.subList(0, 1)).get(0);
        List<String> source = List.of(known.get(0).source().split(" "));
        List<String> target = List.of(known.get(0).target().split(" "));
        long right = new LookUps(recording)
                .of(best.layer(), best.head()).stream()
                        .filter(look -> known.get(0).alignment().possible().stream()
                                .anyMatch(link -> source.get(link.source()).equals(look.source())
                                        && target.get(link.target()).equals(look.target())))
                        .count();
        assertThat(best.errors().possibleFound()).isEqualTo(right).isPositive();
    }

    @Test
    void maps_have_the_shapes_of_who_reads_and_who_is_read() {
        Recording recording = read("les filles dorment", "the girls sleep .");
        assertThat(recording.get(Part.ENCODER, 0, Step.WEIGHTS).shape()).containsExactly(2, 4, 4);
        assertThat(recording.get(Part.CROSS, 1, Step.WEIGHTS).shape()).containsExactly(2, 5, 4);
        assertThat(recording.maps(Part.CROSS).encoded().tokens())
                .as("what is written stands beside what was read last")
                .containsExactly("[BOS] → the", "the → girls", "girls → sleep", "sleep → .", ". → the end");
        assertThat(recording.maps(Part.DECODER).encoded().tokens())
                .containsExactly("[BOS]", "the", "girls", "sleep", ".");
        float[][] cross = recording.maps(Part.CROSS).map(1, 0);
        for (float[] row : cross) {
            double sum = 0;
            for (float weight : row) {
                sum += weight;
            }
            assertThat(sum).isEqualTo(1, within(1e-5));
        }
    }

    @Test
    void a_lesson_of_a_look_up_can_be_worked_out_from_what_it_prints() {
        Recording recording = read("voir le tableau ci-dessous", "see the table below");
        Lesson lesson = LookUpLesson.of(recording, null, null, null, 4);
        assertThat(lesson.title()).contains("below");
        Lesson.Table scores = table(lesson, "the scores of all keys");
        Lesson.Table weights = table(lesson, "the weights");
        double sum = scores.rows().stream()
                .mapToDouble(row -> Math.exp(number(row.get(1))))
                .sum();
        String most = "";
        double largest = 0;
        for (int key = 0; key < scores.rows().size(); key++) {
            double weight = number(weights.rows().get(key).get(2));
            assertThat(weight).isEqualTo(Math.exp(number(scores.rows().get(key).get(1))) / sum, within(6e-5));
            most = weight > largest ? weights.rows().get(key).get(0) : most;
            largest = Math.max(largest, weight);
        }
        assertThat(most).isIn("ci", "-", "dessous");
    }

    private static double number(String text) {
        return Double.parseDouble(text);
    }

    private static Lesson.Table table(Lesson lesson, String caption) {
        return lesson.sections().stream()
                .flatMap(section -> section.blocks().stream())
                .filter(Lesson.Table.class::isInstance)
                .map(Lesson.Table.class::cast)
                .filter(table -> table.caption().equals(caption))
                .findFirst()
                .orElseThrow();
    }
}
