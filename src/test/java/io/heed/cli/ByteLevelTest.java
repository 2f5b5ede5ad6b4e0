package io.heed.cli;

import static io.heed.cli.Program.heed;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** With a model of byte-level tokens people see text, and programs the spelling of the vocabulary. */
class ByteLevelTest {

    /** Of the pairs only {@code Ġa} occurs twice: é and 中 are cut into their bytes, C3 A9 and E4 B8 AD. */
    private static final String TEXT = "é a 中 a";

    @TempDir
    private static Path folder;

    private static String model;

    @BeforeAll
    static void train() throws IOException {
        Files.writeString(folder.resolve("text.txt"), (TEXT + "\n").repeat(20));
        Files.writeString(folder.resolve("run.yaml"), """
                name: bytes
                data: {train: %s, format: lines}
                tokenizer: {type: bpe, vocabulary: 258}
                model: {width: 8, layers: 1, heads: 1, context: 16}
                training: {steps: 1, batch: 2}
                """.formatted(folder.resolve("text.txt")));
        assertThat(heed("train", folder.resolve("run.yaml").toString(), "--models", folder.toString())
                        .code())
                .isZero();
        model = folder.resolve("bytes").toString();
    }

    private static JsonNode json(String... arguments) {
        return JsonMapper.shared().readTree(heed(arguments).out());
    }

    @Test
    void a_score_shows_the_text_once_and_each_of_its_bytes() {
        String out = heed("predict", model, "--score", TEXT).out();
        assertThat(out.lines().findFirst()).hasValue("  " + TEXT);
        assertThat(out.lines().skip(1).map(line -> line.strip().replaceFirst(" {2,}.*", "")))
                .containsSubsequence("<0xC3>", "<0xA9>", "\" a\"", "<0xB8>", "<0xAD>", "\" a\"");
        assertThat(json("predict", model, "--score", TEXT, "--json")
                        .path("tokens")
                        .findValuesAsString("token"))
                .containsSubsequence("Ã", "©", "Ġa", "¸", "Ń", "Ġa");
    }

    @Test
    void the_next_words_are_shown_as_text() {
        assertThat(heed("predict", model, "é", "--top", "258").out())
                .contains("  \" a\" ", "  <0xE4> ", "  \"\\n\" ")
                .doesNotContain("Ġ", "ä");
        assertThat(json("predict", model, "é", "--top", "258", "--json").findValuesAsString("token"))
                .contains("Ġa", "ä");
    }

    @Test
    void maps_and_lessons_name_the_text() throws IOException {
        String out = folder.resolve("maps").toString();
        String told = heed("attention", model, TEXT, "--layer", "0", "--head", "0", "--out", out)
                .out();
        assertThat(told).contains("<0xA9>", "\" a\"").doesNotContain("Ġ", "Ã");
        assertThat(Files.readString(Path.of(out, "layer-0-head-0.svg")))
                .contains("&lt;0xA9&gt;")
                .doesNotContain("Ġ");
        assertThat(Files.readString(Path.of(out, "attention.json")))
                .contains("Ġa")
                .doesNotContain("0xA9");
        String lesson = heed("explain", model, TEXT).out();
        assertThat(lesson).contains("“ a”", "<0xA9>").doesNotContain("Ġ");
        assertThat(json("explain", model, TEXT, "--json").toString()).contains("Ġa");
    }

    @Test
    void a_tokenizer_shows_the_text_of_its_tokens() {
        assertThat(heed("tokenizer", "show", model, "a a").out())
                .contains("  \" a\" ")
                .doesNotContain("Ġ");
        assertThat(json("tokenizer", "show", model, "a a", "--json").findValuesAsString("token"))
                .containsExactly("a", "Ġa");
    }
}
