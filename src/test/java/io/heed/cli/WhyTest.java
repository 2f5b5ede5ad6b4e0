package io.heed.cli;

import static io.heed.cli.Program.assertMisused;
import static io.heed.cli.Program.heed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.cli.Program.Ran;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code heed attention --why}: what a score is made of. */
class WhyTest {

    private static final String TOY = "models/toy";
    private static final String TEXT = "the cat , which liked the dog , sat on the"; // the marks count: [BOS] is 0

    private static JsonNode scores(String... cells) {
        return JsonMapper.shared().readTree(why("--json", cells).out()).path("scores");
    }

    private static Ran why(String option, String... cells) {
        String[] arguments = new String[4 + 2 * cells.length];
        List<String> start = List.of("attention", TOY, TEXT, option);
        for (int i = 0; i < 4; i++) {
            arguments[i] = start.get(i);
        }
        for (int i = 0; i < cells.length; i++) {
            arguments[4 + 2 * i] = "--why";
            arguments[5 + 2 * i] = cells[i];
        }
        return heed(arguments);
    }

    @Test
    void prints_the_largest_terms_and_what_is_left_of_the_score() {
        List<String> lines =
                heed("attention", TOY, TEXT, "--why", "1.1").out().lines().toList();
        assertThat(lines.get(0))
                .matches("layer 1, head 1 +the\\(11\\)→cat\\(2\\) +weight \\d\\.\\d\\d +score \\d+\\.\\d\\d");
        assertThat(lines.get(1)).startsWith("  head 1.1's query, written by ");
        List<String> rows = lines.subList(3, 10);
        double sum = rows.stream()
                .mapToDouble(row -> Double.parseDouble(row.substring(row.lastIndexOf(' ') + 1)))
                .sum();
        double score = Double.parseDouble(lines.get(0).substring(lines.get(0).lastIndexOf(' ') + 1));
        assertThat(sum).isEqualTo(score, within(8 * .005)); // seven rows and the score, each rounded
        assertThat(rows.get(6)).matches("  94 other terms +[+-]?\\d+\\.\\d\\d"); // 10 × 10 parts
        assertThat(lines).hasSize(12);
    }

    @Test
    void names_tokens_by_position_or_word_and_finds_what_is_read_most() {
        JsonNode found = scores("1.1", "1.0:on:sat", "0.2:7:2", "0.2:on");
        assertThat(found).hasSize(4);
        JsonNode first = found.get(0);
        assertThat(first.path("cell").toString())
                .isEqualTo("{\"attention\":\"decoder\",\"layer\":1,\"head\":1,\"query\":11,\"key\":2}");
        assertThat(first.path("weight").asDouble()).isGreaterThan(.9);
        assertThat(first.path("key_token").asString()).isEqualTo("cat");
        assertThat(found.get(1).path("cell").path("query").asInt()).isEqualTo(10);
        assertThat(found.get(1).path("cell").path("key").asInt()).isEqualTo(9);
        assertThat(found.get(2).path("query_token").asString()).isEqualTo("dog");
        for (JsonNode each : found) {
            double sum = 0;
            for (JsonNode row : each.path("terms")) {
                for (JsonNode term : row) {
                    sum += term.asDouble();
                }
            }
            assertThat(sum).isEqualTo(each.path("score").asDouble(), within(1e-4));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1.1:the | “the” occurs more than once; give one of the positions 1, 6, 11",
                "1.1:cow | the text has no token “cow”; positions count from 0 to 11",
                "1.1:12 | there is no position 12; the last is 11",
                "1.1:3:8 | “,” at 3 cannot see “,” at 8",
                "2.0 | there is no layer 2; there are 2, counted from 0, so the last is 1",
                "1.4 | there is no head 4; there are 4, counted from 0, so the last is 3",
                "1 | “1” is not LAYER.HEAD[:QUERY[:KEY]], as in 1.0 or 1.0:on:cat",
                "cross/1.0 | “cross/” is for translation models; this one has one attention, so leave it out",
            })
    void refuses_what_is_no_cell(String cell, String sentence) {
        assertMisused(heed("attention", TOY, TEXT, "--why", cell), "--why: " + sentence);
    }

    @Test
    void is_for_one_text() {
        assertMisused(
                heed("attention", TOY, "--file", "texts.txt", "--out", "dump", "--why", "1.1"),
                "--why is for one text");
    }
}
