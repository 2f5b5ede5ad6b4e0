package io.heed.cli;

import static io.heed.cli.Program.assertFails;
import static io.heed.cli.Program.assertMisused;
import static io.heed.cli.Program.heed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.cli.Program.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code heed explain} as a person uses it and misuses it. */
class ExplainTest {

    private static final String MODEL = "models/toy";

    @TempDir
    private Path folder;

    @Test
    void tells_the_steps_in_their_order() {
        Ran ran = heed("explain", MODEL, "The cat sat on the", "--short");
        assertThat(ran.code()).isZero();
        assertThat(ran.err()).isEmpty();
        assertThat(ran.out())
                .containsSubsequence(
                        "Words become ids",
                        "positions are added",
                        "Layer 0 in one line",
                        "Layer 1: the first norm",
                        "queries, keys and values",
                        "QKᵀ",
                        "the mask",
                        "softmax",
                        "the blend",
                        "the heads are joined",
                        "the second norm",
                        "feed-forward",
                        "The final norm",
                        "Logits",
                        "the next word",
                        "After “the” the model expects “mat”.");
    }

    @Test
    void tells_the_layer_head_and_position_that_are_asked_for() {
        Ran ran = heed("explain", MODEL, "the cat sat", "--layer", "0", "--head", "3", "--position", "2", "--short");
        assertThat(ran.out()).contains("layer 0, head 3, position 2, “cat”", "Layer 1 in one line");
    }

    @Test
    void the_example_takes_no_model() {
        Ran ran = heed("explain", "--example");
        assertThat(ran.code()).isZero();
        assertThat(ran.out()).contains("I·love = 0.1·0.3 + 0.4·0.4 + 0.5·0.7 = 0.03 + 0.16 + 0.35 = 0.54", "0.3546");
    }

    @Test
    void reads_one_word_and_words_it_does_not_know() {
        assertThat(heed("explain", MODEL, "cat", "--short").code()).isZero();
        Ran ran = heed("explain", MODEL, "the zebra", "--short");
        assertThat(ran.code()).isZero();
        assertThat(ran.err().strip()).isEqualTo("heed: the model does not know \"zebra\" and reads [UNK] there");
        assertThat(ran.out()).containsPattern("2 +zebra +\\[UNK\\] +0\n");
    }

    @Test
    void reads_the_end_of_a_text_longer_than_the_context() {
        Ran ran = heed("explain", MODEL, "the cat sat on the mat . ".repeat(10), "--json");
        assertThat(ran.code()).isZero();
        assertThat(ran.err().strip()).isEqualTo("heed: the text has 71 tokens; the last 48 are read");
        assertThat(JsonMapper.shared().readTree(ran.out()).path("position").asInt())
                .isEqualTo(47);
    }

    @Test
    void prints_the_steps_as_json() {
        JsonNode steps = JsonMapper.shared()
                .readTree(heed("explain", MODEL, "the cat sat", "--position", "2", "--json")
                        .out());
        assertThat(steps.path("query")).hasSize(16);
        assertThat(steps.path("scores")).hasSize(3); // what comes later is hidden
        double sum = 0;
        for (JsonNode weight : steps.path("weights")) {
            sum += weight.asDouble();
        }
        assertThat(sum).isEqualTo(1, within(1e-6));
        assertThat(steps.path("next").get(0).path("probability").asDouble()).isBetween(0., 1.);
        JsonNode example = JsonMapper.shared()
                .readTree(heed("explain", "--example", "--json").out());
        assertThat(example.path("output").get(0).get(0).asDouble()).isEqualTo(.354598, within(1e-6));
    }

    @Test
    void a_file_is_written_in_the_form_its_name_says() throws Exception {
        Path markdown = folder.resolve("lesson.md");
        Path page = folder.resolve("lesson.html");
        Ran ran = heed("explain", MODEL, "the cat", "--out", markdown.toString());
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).contains("lesson.md and ", "lesson.svg");
        assertThat(markdown).content().startsWith("# How the model reads").contains("](<lesson.svg>)");
        assertThat(folder.resolve("lesson.svg")).content().startsWith("<svg ");
        heed("explain", MODEL, "the cat", "--out", page.toString());
        assertThat(page).content().startsWith("<!DOCTYPE html>").contains("<svg ");
    }

    @Test
    void the_picture_is_linked_from_where_the_lesson_lies() throws Exception {
        Path picture = folder.resolve("pictures/flow.svg");
        Path lesson = folder.resolve("texts/lesson.md");
        heed("explain", "--example", "--out", lesson.toString(), "--picture", picture.toString());
        assertThat(lesson).content().contains("](<../pictures/flow.svg>)");
        assertThat(Files.exists(picture)).isTrue();
    }

    @Test
    void a_json_file_has_the_steps() throws Exception {
        Path steps = folder.resolve("l.json");
        Ran ran = heed("explain", MODEL, "the cat", "--out", steps.toString());
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).isEqualToIgnoringNewLines("heed: wrote " + steps);
        assertThat(steps).hasContent(heed("explain", MODEL, "the cat", "--json").out());
    }

    @Test
    void a_file_is_not_named_for_what_it_is_not() {
        assertMisused(
                heed("explain", MODEL, "the cat", "--out", folder + "/lesson.pdf"),
                "lesson.pdf: a lesson is written as .txt, .md, .html or .json; end the file's name so");
        assertMisused(
                heed("explain", "--example", "--picture", folder + "/p.png"),
                "--picture: " + folder + "/p.png: the picture is written as .svg");
        assertMisused(heed("explain", "models/fr-en", "voir", "--out", folder + "/l.json"), "for a translation model");
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({
        "--layer=9, there is no layer 9; there are 2",
        "--head=4, there is no head 4; there are 4",
        "--head=-1, there is no head -1",
        "--position=3, there is no position 3; there are 3"
    })
    void what_is_not_in_the_model_or_the_text_is_named(String option, String sentence) {
        assertMisused(heed("explain", MODEL, "the cat", option), sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--digits=0", "--digits=6", "--format=pdf", "--layer=x", "--nonsense"})
    void a_wrong_option_is_named(String option) {
        assertMisused(heed("explain", MODEL, "the cat", option), option.replaceFirst("=.*", ""));
    }

    @Test
    void a_model_and_a_text_are_needed_or_the_example() {
        assertMisused(heed("explain"), "MODEL", "--example");
        assertMisused(heed("explain", MODEL), "TEXT");
        assertMisused(heed("explain", MODEL, "the cat", "--example"), "--example");
        assertMisused(heed("explain", "--example", "--head", "1"), "--example");
        assertFails(heed("explain", MODEL, " "), "the text is empty");
        assertFails(heed("explain", "nowhere", "the cat"), "nowhere does not exist; name a model folder");
    }
}
