package io.heed.cli;

import static io.heed.cli.Program.assertFails;
import static io.heed.cli.Program.assertMisused;
import static io.heed.cli.Program.heed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.cli.Program.Ran;
import io.heed.cli.print.EvaluationPrinter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands with the model that comes with Heed and translates. */
class TranslateTest {

    private static final String MODEL = "models/fr-en";
    private static final String SENTENCE = "voir le tableau ci-dessous";

    @TempDir
    private Path folder;

    @Test
    void a_sentence_is_translated() {
        Ran ran = heed("translate", MODEL, SENTENCE, "Les petites souris ne dorment pas .");
        assertThat(ran.out().lines()).containsExactly("see the table below", "the small mice do not sleep .");
        assertThat(ran.err()).isEmpty();
    }

    @Test
    void files_and_standard_input_are_translated_line_by_line() throws IOException {
        String lines = "\n" + "le chat dort\nla fille a vu le livre\n".repeat(40);
        Path file = Files.writeString(folder.resolve("text.txt"), lines);
        Ran ran = heed("translate", MODEL, "--file", file.toString());
        assertThat(ran.out().lines()).hasSize(80).contains("the cat sleeps", "the girl saw the book");
        InputStream before = System.in;
        try {
            System.setIn(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)));
            assertThat(heed("translate", MODEL).out()).isEqualTo(ran.out());
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void beams_come_the_likeliest_first() {
        JsonNode found = JsonMapper.shared()
                .readTree(heed("translate", MODEL, SENTENCE, "--beams", "3", "--json")
                        .out());
        assertThat(found.path("source").asString()).isEqualTo(SENTENCE);
        assertThat(found.at("/translations/0/text").asString()).isEqualTo("see the table below");
        assertThat(found.path("translations")).hasSize(3);
        assertThat(found.at("/translations/0/log_probability").asDouble())
                .isGreaterThan(found.at("/translations/1/log_probability").asDouble());
        assertThat(heed("translate", MODEL, SENTENCE, "--beams", "2").out())
                .contains("ln p")
                .hasLineCount(2);
    }

    @Test
    void what_is_said_of_a_head_follows_its_error_rate() {
        assertThat(EvaluationPrinter.meaning(0)).isEqualTo("reads the word that each word comes from");
        assertThat(EvaluationPrinter.meaning(.3)).startsWith("often reads the word");
        assertThat(EvaluationPrinter.meaning(.95)).isEqualTo("mostly reads other words");
    }

    @Test
    void strange_words_and_long_sentences_are_told_of() {
        Ran ran = heed("translate", MODEL, "le zèbre dort" + " et le chat dort".repeat(20));
        assertThat(ran.code()).isZero();
        assertThat(ran.err()).contains("does not know \"zèbre\"", "the first 64 are read");
    }

    @Test
    void what_cannot_be_translated_is_said() {
        assertFails(heed("translate", "models/toy", "le chat"), "models/toy does not translate");
        assertFails(heed("translate", MODEL, " "), "the text is empty");
        assertMisused(heed("translate", MODEL, "a", "--file", "b"), "either TEXT or --file");
        assertMisused(heed("translate", MODEL, "a", "--beams", "-1"), "--beams: -1 is less than 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"predict models/fr-en le", "predict models/fr-en --score le", "serve models/fr-en"})
    void commands_that_continue_texts_refuse_the_model(String line) {
        assertFails(heed(line.split(" ")), "models/fr-en translates and does not continue texts; run heed translate");
    }

    @Test
    void options_of_the_other_kind_are_refused() {
        assertMisused(
                heed("attention", "models/toy", "the cat", "--target", "x"), "--target is for translation models");
        assertMisused(heed("attention", MODEL, SENTENCE, "--table"), "for a translation model, attention takes only");
        assertMisused(heed("attention", MODEL, "--ids", "1,2"), "for a translation model, attention takes only");
        assertFails(heed("attention", MODEL, SENTENCE, "--target", ""), "the text is empty");
        assertFails(heed("attention", folder.toString(), "the cat", "--target", "x"), "is not a model folder");
        assertMisused(heed("explain", "models/toy", "the cat", "--target", "x"), "--target is for translation models");
        assertMisused(heed("explain", MODEL, SENTENCE, "--weights"), "for a translation model, explain takes only");
        assertMisused(heed("evaluate", MODEL, "data/fr-en-held-out.tsv", "--stride", "3"), "--stride and --format");
        assertMisused(heed("evaluate", "models/toy", "data/toy.txt", "--format", "pairs"), "--format: pairs");
    }

    @Test
    void attention_says_which_word_each_word_comes_from() {
        Ran ran = heed("attention", MODEL, SENTENCE, "--target", "see the table below", "--out", folder.toString());
        assertThat(ran.out()).contains("below  ← ci-dessous");
        assertThat(ran.err()).contains("heed: wrote ", "attention.html first");
        assertThat(folder.resolve("cross-sheet.svg")).exists();
        JsonNode json = JsonMapper.shared()
                .readTree(heed("attention", MODEL, SENTENCE, "--json").out());
        assertThat(json.at("/look_ups/3/source").asString()).isEqualTo("ci-dessous");
    }

    @Test
    void attention_says_why_a_head_looks_up_a_word() {
        Ran ran = heed("attention", MODEL, SENTENCE, "--target", "see the table below", "--why", "1.0:table");
        assertThat(ran.out())
                .startsWith("layer 1, head 0 of the cross-attention   table(3)→dessous(6)   weight 1.00")
                .contains(", finds the key written by the encoder's ");
        String[] cells = {"cross/1.0:table:dessous", "encoder/0.1:voir:tableau", "decoder/1.1"};
        JsonNode json = JsonMapper.shared()
                .readTree(heed(
                                "attention",
                                MODEL,
                                SENTENCE,
                                "--json",
                                "--why",
                                cells[0],
                                "--why",
                                cells[1],
                                "--why",
                                cells[2])
                        .out());
        assertThat(json.path("scores")).hasSize(3);
        assertThat(json.at("/scores/1/cell/attention").asString()).isEqualTo("encoder");
        for (JsonNode score : json.path("scores")) {
            double sum = 0;
            for (JsonNode part : score.path("query_parts")) {
                sum += part.path("sum").asDouble();
            }
            assertThat(sum).isEqualTo(score.path("score").asDouble(), within(1e-4));
        }
    }

    @Test
    void explain_walks_through_a_look_up() {
        assertThat(heed("explain", MODEL, SENTENCE, "--short").out())
                .contains("How the source word for \"below\" is looked up", "The largest weight");
        assertThat(heed("explain", MODEL, SENTENCE + " .", "--short").out())
                .as("a full stop is no word")
                .startsWith("How the source word for \"below\" is looked up");
        assertThat(heed("explain", MODEL, SENTENCE, "--position", "4").out())
                .startsWith("What is looked up at the end of the translation")
                .contains("and its end is to be written")
                .doesNotContain("comes from");
        Path page = folder.resolve("lesson.html");
        assertThat(heed("explain", MODEL, SENTENCE, "--position", "0", "--out", page.toString())
                        .code())
                .isZero();
        assertThat(page).content().contains("&quot;see&quot;");
        Path text = folder.resolve("lesson.md");
        assertThat(heed("explain", MODEL, SENTENCE, "--out", text.toString()).code())
                .isZero();
        assertFails(heed("explain", MODEL, SENTENCE, "--head", "9"), "there is no head 9");
    }

    @Test
    void evaluate_tells_the_figures_of_every_file() throws IOException {
        List<String> pairs =
                Files.readAllLines(Path.of("data/fr-en-held-out.tsv")).subList(0, 30);
        Path file = Files.write(folder.resolve("pairs.tsv"), pairs);
        assertThat(heed("evaluate", MODEL, file.toString()).out())
                .contains("30 pairs", "exact matches", "BLEU", "chrF", "alignment error rate");
        JsonNode json = JsonMapper.shared()
                .readTree(heed("evaluate", MODEL, file.toString(), "--json").out());
        assertThat(json.at("/files/0/heads")).hasSize(4);
        assertFails(
                heed("evaluate", MODEL, "data/toy.txt"),
                "data/toy.txt, line 1: ",
                "is not a sentence, a tab and its translation");
    }

    @Test
    void words_without_quotes_are_told_to_be_sentences() {
        Ran ran = heed("translate", MODEL, "voir", "le", "tableau", "--json");
        assertThat(ran.err()).contains("each of the 3 words is a text of its own", "quotes: \"voir le tableau\"");
        assertThat(ran.out().lines()).hasSize(3);
    }

    @Test
    void the_demo_shows_what_is_looked_up() {
        Ran ran = heed("demo", "--translation", "--models", folder.toString());
        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("below  ← ci-dessous", "translated exactly", "open in a browser");
        assertThat(folder.resolve("demo-translation/attention-1/attention.html"))
                .exists();
    }
}
