package io.heed.cli;

import static io.heed.cli.Program.assertFails;
import static io.heed.cli.Program.assertMisused;
import static io.heed.cli.Program.heed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.cli.Program.Ran;
import io.heed.text.tokenizer.TokenizerBuilder;
import io.heed.text.tokenizer.TokenizerType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code heed predict} with the model that comes with Heed. */
class PredictTest {

    private static final String MODEL = "models/toy";

    @TempDir
    private Path folder;

    private static List<JsonNode> objects(Ran ran) {
        assertThat(ran.code()).as(ran.err()).isZero();
        return ran.out().lines().map(JsonMapper.shared()::readTree).toList();
    }

    private static Ran withInput(String input, String... arguments) {
        return withInput(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), arguments);
    }

    private static Ran withInput(InputStream input, String... arguments) {
        InputStream before = System.in;
        try {
            System.setIn(input);
            return heed(arguments);
        } finally {
            System.setIn(before);
        }
    }

    @Nested
    class ManyTexts {

        private final List<String> texts = IntStream.range(0, 150)
                .mapToObj(i -> "the " + List.of("cat", "dog", "horse").get(i % 3) + " sat on the".repeat(i % 5))
                .toList();

        @Test
        void of_a_file_are_answered_in_their_order_as_each_by_itself() throws IOException {
            Path file = Files.writeString(folder.resolve("texts.txt"), "\ufeff" + String.join("\n\n", texts) + "\n");
            List<JsonNode> answers = objects(heed("predict", MODEL, "--file", file.toString(), "--json", "--top", "1"));
            assertThat(answers)
                    .extracting(answer -> answer.path("text").asString())
                    .isEqualTo(texts);
            JsonNode alone = objects(heed("predict", MODEL, texts.get(149), "--json", "--top", "1"))
                    .get(0);
            assertThat(answers.get(149).path("next").get(0).path("id"))
                    .isEqualTo(alone.path("next").get(0).path("id"));
            assertThat(answers.get(149).path("entropy").asDouble())
                    .isEqualTo(alone.path("entropy").asDouble(), within(1e-4));
        }

        @Test
        void of_standard_input_are_answered_as_they_come() {
            List<JsonNode> answers = objects(withInput(String.join("\r\n", texts), "predict", MODEL, "--json"));
            assertThat(answers)
                    .extracting(answer -> answer.path("text").asString())
                    .isEqualTo(texts);
        }

        @Test
        void name_their_unknown_words() {
            Ran ran = heed("predict", MODEL, "the Zebra , a gnu", "the cat", "--json");
            assertThat(objects(ran))
                    .extracting(answer -> answer.path("unknown").toString())
                    .containsExactly("[\"Zebra\",\"gnu\"]", "[]");
            assertThat(ran.err()).contains("does not know \"Zebra\", \"gnu\" and reads [UNK]");
            Ran filled = heed("predict", MODEL, "the ___ sat on the Zebra", "--fill", "--json");
            assertThat(objects(filled).get(0).path("unknown").toString()).isEqualTo("[\"Zebra\"]");
            assertThat(filled.err()).contains("does not know \"Zebra\" and reads [UNK]");
        }

        @Test
        void of_the_command_line_have_a_heading_each() {
            Ran ran = heed("predict", MODEL, "the cat", "the dog", "--top", "2");
            assertThat(ran.out().lines().filter(line -> !line.startsWith(" "))).containsExactly("the cat", "the dog");
            assertThat(ran.out().lines()).hasSize(6);
        }

        @Test
        void that_are_not_utf_8_are_refused() {
            byte[] bytes = "the cat\nthe d\u00e9g".getBytes(StandardCharsets.ISO_8859_1);
            Ran ran = withInput(new ByteArrayInputStream(bytes), "predict", MODEL);
            assertFails(ran, "standard input is not UTF-8 text");
        }

        @Test
        void none_are_missed() throws IOException {
            String wayOut = "standard input has no text; give TEXT, --file FILE or one text per line there";
            assertMisused(withInput("", "predict", MODEL), wayOut);
            assertMisused(withInput("\n\n", "translate", "models/fr-en"), wayOut);
            String file =
                    Files.writeString(folder.resolve("blank.txt"), "\n \n").toString();
            assertFails(heed("predict", MODEL, "--file", file), "blank.txt has no text; write one per line");
            Ran shown = withInput("", "tokenizer", "show", MODEL);
            assertThat(shown.code()).isEqualTo(2);
            assertThat(shown.errors())
                    .startsWith("heed: standard input has no text; give TEXT or one text per line there");
        }

        @Test
        void of_a_file_that_is_not_there_are_missed() {
            assertFails(
                    heed("predict", MODEL, "--file", folder.resolve("no.txt").toString()), "no.txt does not exist");
            assertFails(heed("predict", MODEL, "--file", folder.toString()), "it is a folder");
        }
    }

    @Nested
    class Continuing {

        @Test
        void tells_every_token_with_what_else_could_have_come() {
            String[] arguments = {
                "predict",
                MODEL,
                "the cat",
                "--generate",
                "9",
                "--temperature",
                "1",
                "--seed",
                "4",
                "--json",
                "--continuations",
                "3",
                "--top",
                "2"
            };
            JsonNode answer = objects(heed(arguments)).get(0);
            assertThat(answer.path("continuations")).hasSize(3);
            for (JsonNode continuation : answer.path("continuations")) {
                String text = continuation
                        .path("tokens")
                        .valueStream()
                        .map(token -> token.path("token").asString())
                        .filter(token -> !token.equals("[EOS]"))
                        .collect(Collectors.joining(" "));
                assertThat(continuation.path("text").asString()).isEqualTo(" " + text);
                for (JsonNode token : continuation.path("tokens")) {
                    JsonNode likeliest = token.path("alternatives").get(0);
                    assertThat(token.path("alternatives")).hasSize(2);
                    assertThat(token.path("probability").asDouble())
                            .isPositive()
                            .isLessThanOrEqualTo(likeliest.path("probability").asDouble());
                    assertThat(likeliest.path("log_probability").asDouble())
                            .isEqualTo(Math.log(likeliest.path("probability").asDouble()), within(1e-9));
                }
            }
        }

        @Test
        void stops_before_a_word() {
            String whole = heed("predict", MODEL, "the cat", "--generate", "9").out();
            String stop = whole.strip().split(" ", -1)[6];
            Ran ran = heed("predict", MODEL, "the cat", "--generate", "9", "--stop", "xyz", "--stop", stop);
            assertThat(ran.out().strip())
                    .isEqualTo(whole.substring(0, whole.indexOf(stop)).strip());
        }

        /** In each way to print a continuation: the typed text as it was, and a word behind its blank. */
        @Test
        void goes_on_behind_a_blank_that_was_typed() {
            String[] drawn = {"--temperature", "1", "--continuations", "2"};
            for (String[] way : new String[][] {{}, drawn, {"--beams", "2"}}) {
                for (String typed : List.of("the cat ", "the cat  ")) {
                    List<String> command = new ArrayList<>(List.of("predict", MODEL, typed, "--generate", "3"));
                    command.addAll(List.of(way));
                    assertThat(heed(command.toArray(String[]::new)).out().lines())
                            .isNotEmpty()
                            .allMatch(line -> line.matches("(ln p .*\\d  )?" + typed + "\\S.*"));
                }
            }
            JsonNode answer = objects(heed("predict", MODEL, "the cat ", "--generate", "3", "--json"))
                    .get(0);
            assertThat(answer.path("continuations").get(0).path("text").asString())
                    .isEqualTo(", which found"); // behind "the cat" with a blank in front
        }

        @Test
        void finds_the_likeliest_wholes() {
            JsonNode beams = objects(heed("predict", MODEL, "the cat sat", "--generate", "4", "--beams", "2", "--json"))
                    .get(0)
                    .path("beams");
            assertThat(beams).hasSize(2);
            assertThat(beams.get(0).path("text").asString()).startsWith(" on the mat");
            assertThat(beams.get(0).path("log_probability").asDouble())
                    .isGreaterThan(beams.get(1).path("log_probability").asDouble());
        }
    }

    @Test
    void a_score_is_the_probability_of_each_word_after_those_before_it() {
        JsonNode score = objects(heed("predict", MODEL, "--score", "the cat sat", "--json"))
                .get(0);
        JsonNode next = objects(heed("predict", MODEL, "the cat", "--json", "--top", "99"))
                .get(0);
        double expected = next.path("next")
                .valueStream()
                .filter(word -> word.path("token").asString().equals("sat"))
                .findFirst()
                .orElseThrow()
                .path("log_probability")
                .asDouble();
        JsonNode sat = score.path("tokens").get(2);
        assertThat(sat.path("log_probability").asDouble()).isEqualTo(expected, within(1e-4));
        assertThat(sat.path("surprise_bits").asDouble()).isEqualTo(-expected / Math.log(2), within(1e-3));
        assertThat(sat.path("span").path("start").asInt()).isEqualTo("the cat ".length());
        assertThat(heed("predict", MODEL, "--score", "the cat sat").out()).contains("3 tokens", "perplexity");
    }

    @Test
    void tokens_given_by_their_ids_have_the_score_of_their_text() {
        String text = "the cat sat on the mat";
        JsonNode told =
                objects(heed("predict", MODEL, "--score", text, "--json")).get(0);
        String start = "1,"; // [BOS]
        String ids = IntStream.of(0, 1, 2, 3, 4, 5)
                .mapToObj(i -> told.path("tokens").get(i).path("id").asString())
                .collect(Collectors.joining(","));
        JsonNode same = objects(heed("predict", MODEL, "--score", "--ids", start + ids, "--json"))
                .get(0);
        assertThat(same.path("log_probability").asDouble())
                .isEqualTo(told.path("log_probability").asDouble())
                .isLessThan(-1);
        assertThat(same.path("tokens").findValuesAsString("token"))
                .isEqualTo(told.path("tokens").findValuesAsString("token"));
    }

    @Test
    void ids_are_cut_where_a_text_is_and_that_is_told() {
        String ids = "5,6,7,".repeat(60) + "5"; // 181 where the model reads 48
        Ran scored = heed("predict", MODEL, "--score", "--ids", ids, "--json");
        assertThat(objects(scored).get(0).path("tokens")).hasSize(181);
        assertThat(scored.err()).isEmpty();
        Ran next = heed("predict", MODEL, "--ids", ids);
        assertThat(next.errors()).containsExactly("heed: the text has 181 tokens; the last 48 are read");
        assertThat(heed("attention", MODEL, "--ids", ids).err()).contains("the text has 181 tokens; the last 48 are");
    }

    @Test
    void a_gap_is_filled_with_what_fits_both_sides() {
        JsonNode fill = objects(heed("predict", MODEL, "--fill", "the ___ sat on the rug .", "--json"))
                .get(0)
                .path("fill");
        assertThat(fill.get(0).path("token").asString()).isEqualTo("dog");
        assertFails(heed("predict", MODEL, "--fill", "the cat sat"), "has no gap", "___");
    }

    @Nested
    class InASession {

        private Ran session(String... lines) {
            Ran ran = withInput(String.join("\n", lines) + "\n", "predict", MODEL, "-i");
            assertThat(ran.code()).isZero();
            return ran;
        }

        @Test
        void a_word_of_the_list_is_taken_by_its_number() {
            Ran ran = session("the cat sat on the", "1", "", ":quit", "the dog");
            assertThat(ran.out().lines()).contains("the cat sat on the mat").doesNotContain("the dog");
        }

        /** GPT-2's fixture of 96 rows, with a tokenizer of a few words. */
        @Test
        void a_row_without_a_token_is_listed_and_not_taken() throws IOException {
            for (String file : List.of("config.json", "model.safetensors")) {
                Files.copy(Path.of("src/test/resources/fixtures/gpt2", file), folder.resolve(file));
            }
            Files.writeString(
                    folder.resolve("tokenizer.json"), TokenizerBuilder.build(TokenizerType.WORD, "the cat", 10));
            String model = folder.toString();
            List<String> words = objects(heed("predict", model, "the cat", "--top", "20", "--json"))
                    .get(0)
                    .findValuesAsString("token");
            int number = IntStream.range(0, 20)
                    .filter(i -> words.get(i).matches("<id \\d+>"))
                    .findFirst()
                    .orElseThrow();
            Ran ran = withInput("the cat\n" + (number + 1) + "\n", "predict", model, "-i", "--top", "20");
            assertThat(ran.out().lines())
                    .anyMatch(line -> line.startsWith("  " + words.get(number) + " "))
                    .contains("  that stands for no text; take another");
        }

        @Test
        void a_number_that_is_not_in_the_list_leaves_the_text_as_it_is() {
            for (String number : List.of("0", "6", "99999999999")) {
                Ran ran = session("the cat sat on the", number, "1");
                assertThat(ran.out()).contains("there is no word " + number + " in the list, which has 1 to 5");
                assertThat(ran.out().lines()).contains("the cat sat on the mat");
            }
        }

        @Test
        void a_text_goes_on_as_it_was_typed_with_the_words_nobody_knows() {
            Ran ran = session("The  zebra sat", "+ on the", "1", ":attention 1 0");
            assertThat(ran.out().lines()).contains("The  zebra sat", "The  zebra sat on the");
            assertThat(ran.out().lines()).anyMatch(line -> line.matches("The  zebra sat on the [a-z]+"));
            assertThat(ran.out()).contains("[UNK]");
        }

        @Test
        void help_fits_a_terminal_of_80_columns() {
            assertThat(session(":help").out().lines())
                    .anyMatch(line -> line.contains(":generate"))
                    .allMatch(line -> line.length() < 82);
        }

        @Test
        void settings_change_what_is_written() {
            String greedy = session("the cat", ":generate 8").out();
            String wild = session("the cat", ":set temperature=3 seed=5", ":generate 8")
                    .out();
            assertThat(wild).contains("temperature=3.0", "seed=5");
            assertThat(wild.lines().toList())
                    .doesNotContainAnyElementsOf(greedy.lines()
                            .filter(line -> line.startsWith("the cat "))
                            .toList());
        }

        @Test
        void text_goes_on_with_plus_and_is_scored_and_looked_into() {
            Ran ran = session("the cat", "+ sat on the", ":top 1", ":score", ":attention 1 0");
            assertThat(ran.out().lines()).contains("the cat sat on the");
            assertThat(ran.out()).contains("mat", "perplexity", "[BOS]");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    ":foo",
                    ":set temperature",
                    ":set temperature=x",
                    ":set top-p=7",
                    ":set nose=1",
                    ":top 0",
                    ":generate",
                    ":attention",
                    ":generate x"
                })
        void a_mistake_is_told_and_the_session_goes_on(String mistake) {
            Ran ran = session(mistake, "the cat sat on the");
            assertThat(ran.out()).contains("heed: ").contains("mat").doesNotContain("Exception");
        }
    }

    @Test
    void tasks_exclude_each_other_and_options_have_ranges() {
        assertMisused(
                heed("predict", MODEL, "a", "--score", "--fill"),
                "--score and --fill exclude each other; give one of them");
        assertMisused(heed("predict", MODEL, "a", "--file", "b"), "either TEXT or --file");
        assertMisused(heed("predict", MODEL, "a", "--top-p", "2"), "--top-p: 2 is out of range");
        assertMisused(heed("predict", MODEL, "a", "--stop", ""), "--stop");
        assertMisused(heed("predict", MODEL, "-i", "--json"), "-i takes");
        assertMisused(heed("predict", MODEL, "-i", "--stop", "b"), "need --generate");
        assertMisused(heed("predict", MODEL, "-i", "--beams", "2"), "need --generate");
        assertMisused(heed("predict", MODEL, "-i", "--temperature", "1", "--continuations", "2"), "need --generate");
        assertMisused(heed("predict", MODEL, "a", "--generate", "0"), "--generate: 0 is less than 1");
        assertMisused(heed("predict", MODEL, "a", "--score", "--top", "3"), "--top: no list", "--score");
        assertMisused(heed("predict", MODEL, "a", "--generate", "3", "--top", "3"), "--top: no list", "--json");
        assertMisused(heed("predict", MODEL, "a", "--generat", "3"), "no option --generat; did you mean --generate");
        assertMisused(heed("predict", MODEL, "a", "--gen", "3"), "no option --gen; did you mean --generate?");
        assertMisused(heed("predicts", MODEL), "no command predicts; did you mean predict?");
        assertMisused(heed("trian", MODEL), "no command trian; did you mean train?");
        assertMisused(heed("help", "trian"), "no command trian; did you mean train?");
        assertMisused(heed("eval", MODEL), "no command eval; did you mean evaluate?");
        assertThat(heed("frobnicate").errors()).startsWith("heed: there is no command frobnicate");
        assertThat(heed("tokenizer", "shwo", "the cat").errors())
                .startsWith("heed: there is no command shwo; did you mean show?");
        assertMisused(heed("predict", MODEL, "a", "--seed", "x"), "--seed", "'x' is not a whole number");
        assertMisused(heed("predict", MODEL, "a", "--top", "99999999999"), "'99999999999' is too large a number");
        assertMisused(heed("predict", MODEL, "a", "--continuations", "0"), "--continuations: 0 is less than 1");
    }

    @Test
    void words_without_quotes_are_told_to_be_texts() {
        Program.Ran ran = heed("predict", MODEL, "the", "cat");
        assertThat(ran.code()).isZero();
        assertThat(ran.err())
                .isEqualToIgnoringNewLines(
                        "heed: each of the 2 words is a text of its own; a text of several words goes in quotes: \"the cat\"");
        assertThat(ran.out()).contains("the\n", "cat\n").doesNotContain("quotes");
        assertThat(heed("predict", MODEL, "the", "the cat").err()).isEmpty();
        assertThat(heed("predict", MODEL, "the").err()).isEmpty();
    }
}
