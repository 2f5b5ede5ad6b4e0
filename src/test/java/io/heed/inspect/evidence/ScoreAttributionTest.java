package io.heed.inspect.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.checkpoint.TinyModels;
import io.heed.inspect.Passage;
import io.heed.inspect.Recording;
import io.heed.inspect.evidence.ScoreAttribution.Cell;
import io.heed.inspect.evidence.ScoreAttribution.Part;
import io.heed.inspect.evidence.ScoreAttribution.Term;
import io.heed.model.DeviceChoice;
import io.heed.model.Fixtures;
import io.heed.model.Trace;
import io.heed.model.Trace.Step;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A score is what its parts say it is: they sum to it, and each is what the score loses without it while the norms' statistics stay. */
class ScoreAttributionTest {

    private static final String TEXT = "the dog , which saw a bird , sat";

    private static LanguageModel open(String name) {
        return switch (name) {
            case "modern" -> TinyModels.modern();
            case "parallel" -> TinyModels.parallel();
            case "learned, scaled" -> TinyModels.words();
            default -> ModelFolder.read(Path.of(name), DeviceChoice.CPU.resolve());
        };
    }

    private static double sum(ScoreAttribution found) {
        return Arrays.stream(found.terms()).flatMapToDouble(Arrays::stream).sum();
    }

    private static double sum(List<Part> parts) {
        return parts.stream().mapToDouble(Part::sum).sum();
    }

    private static void requireThatPartsSumUp(LanguageModel model, Recording recording, Trace.Part attention) {
        Passage passage = recording.passage();
        for (int layer = 0; layer < 2; layer++) {
            for (int head = 0; head < recording.heads(); head++) {
                for (int query = 0; query < passage.queries(attention).length(); query += 3) {
                    for (int key = 0; key < passage.keys(attention).length(); key++) {
                        Cell cell = new Cell(attention, layer, head, query, key);
                        ScoreAttribution found = ScoreAttribution.of(model, recording, cell);
                        float score = recording
                                .get(attention, layer, Step.UNMASKED_SCORES)
                                .get(head, query, key);
                        assertThat(found.score()).isEqualTo(score);
                        assertThat(sum(found)).as("%s", cell).isEqualTo(score, within(1e-4));
                        assertThat(sum(found.queryParts())).isEqualTo(score, within(1e-4));
                        assertThat(sum(found.keyParts())).isEqualTo(score, within(1e-4));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"models/toy", "learned, scaled", "modern", "parallel"})
    void the_terms_of_a_score_sum_to_it(String name) {
        try (LanguageModel model = open(name)) {
            Passage passage = new Passage(TEXT, model.encode(TEXT));
            Recording recording = Recording.of(model, passage, ScoreAttribution.needed(model));
            requireThatPartsSumUp(model, recording, Trace.Part.DECODER);
        }
    }

    @ParameterizedTest
    @EnumSource(Trace.Part.class)
    void the_terms_of_a_translators_score_sum_to_it(Trace.Part attention) {
        try (LanguageModel model = TinyModels.translator()) {
            Passage source = new Passage("the cat sat", model.encode("the cat sat"));
            Passage passage = new Passage(TEXT, model.encode(TEXT), source);
            Recording recording = Recording.of(model, passage, ScoreAttribution.needed(model));
            requireThatPartsSumUp(model, recording, attention);
        }
    }

    @Test
    void softmax_of_the_sums_is_what_pytorch_attends_to() { // fixtures/gpt2, by make_fixtures.py
        var expected = Fixtures.read("gpt2/expected.safetensors");
        long[] shape = expected.get("input_ids").shape();
        int length = (int) shape[1];
        try (LanguageModel model = open("src/test/resources/fixtures/gpt2")) {
            long[] ids = Arrays.copyOf(expected.get("input_ids").longs(), length);
            Passage passage = new Passage("", model.encoded(ids));
            Recording recording = Recording.of(model, passage, ScoreAttribution.needed(model));
            requireThatPartsSumUp(model, recording, Trace.Part.DECODER);
            int query = length - 1;
            for (int layer = 0; layer < 2; layer++) {
                float[] weights = expected.get("attention." + layer).floats();
                for (int head = 0; head < 2; head++) {
                    int[] place = {layer, head};
                    double[] powers = IntStream.rangeClosed(0, query)
                            .mapToDouble(key -> Math.exp(sum(
                                    ScoreAttribution.of(model, recording, new Cell(place[0], place[1], query, key)))))
                            .toArray();
                    double all = Arrays.stream(powers).sum();
                    for (int key = 0; key <= query; key++) {
                        float weight = weights[(head * length + query) * length + key];
                        assertThat(powers[key] / all).isEqualTo(weight, within(1e-5));
                    }
                }
            }
        }
    }

    @Test
    void a_part_is_everything_that_was_written_before() {
        try (LanguageModel model = TinyModels.words()) {
            Recording recording = Recording.of(model, TEXT, model.encode(TEXT));
            ScoreAttribution found = ScoreAttribution.of(model, recording, new Cell(1, 2, 8, 2));
            assertThat(found.queryParts())
                    .extracting(part -> part.name() + part.layer() + part.head())
                    .containsExactly(
                            "token-1-1",
                            "position-1-1",
                            "head00",
                            "head01",
                            "head02",
                            "head03",
                            "attention bias0-1",
                            "feed-forward0-1",
                            "norm bias-1-1",
                            "bias-1-1");
        }
        try (LanguageModel model = TinyModels.modern()) { // no positions in the stream, no biases
            Recording recording = Recording.of(model, TEXT, model.encode(TEXT));
            ScoreAttribution found = ScoreAttribution.of(model, recording, new Cell(1, 2, 8, 2));
            assertThat(found.keyHead()).isEqualTo(1);
            assertThat(found.keyParts())
                    .extracting(Part::name)
                    .containsExactly("token", "head", "head", "head", "head", "feed-forward");
        }
    }

    @Test
    void the_largest_terms_come_in_words() {
        try (LanguageModel model = open("models/toy")) {
            Recording recording = Recording.of(model, TEXT, model.encode(TEXT));
            ScoreAttribution found = ScoreAttribution.of(model, recording, new Cell(0, 1, 3, 2));
            assertThat(found.largest())
                    .isSortedAccordingTo((a, b) -> Double.compare(Math.abs(b.value()), Math.abs(a.value())));
            Term term = found.largest().stream()
                    .filter(each -> each.queryPart() == 1 && each.keyPart() == 0)
                    .findFirst()
                    .orElseThrow();
            assertThat(term.value()).isEqualTo(found.terms()[1][0]);
            assertThat(term.query()).isEqualTo("position 3");
            assertThat(term.key()).isEqualTo("the word “dog”");
            assertThat(term.sentence())
                    .matches(
                            "head 0\\.1's query, written by position 3, (finds|avoids) the key written by the word “dog”: [+-]\\d+\\.\\d\\d of -?\\d+\\.\\d\\d");
        }
    }
}
