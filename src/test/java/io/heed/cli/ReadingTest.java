package io.heed.cli;

import static io.heed.cli.Program.assertFails;
import static io.heed.cli.Program.assertMisused;
import static io.heed.cli.Program.heed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.checkpoint.TinyModels;
import io.heed.cli.Program.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands that let a model read a text: predict and attention. */
class ReadingTest {

    private static final String TOY = "models/toy";

    @TempDir
    private static Path folder;

    private static String model;

    @BeforeAll
    static void prepare() {
        Path trained = folder.resolve("models/tiny");
        try (LanguageModel tiny = TinyModels.words()) {
            ModelFolder.write(trained, tiny, "");
        }
        model = trained.toString();
    }

    private static String in(String name) {
        return folder.resolve(name).toString();
    }

    @Nested
    class Predicting {

        @Test
        void prints_words_with_probabilities() {
            Ran ran = heed("predict", model, "the cat", "--top", "3");
            assertThat(ran.code()).isZero();
            assertThat(ran.err()).isEmpty();
            assertThat(ran.out().lines()).hasSize(3).allMatch(line -> line.matches("  \\S+ +[01]\\.\\d{4}.*"));
        }

        @Test
        void prints_no_more_words_than_there_are() {
            Ran ran = heed("predict", model, "the cat", "--top", "1000000");
            assertThat(ran.code()).isZero();
            assertThat(ran.out().lines()).hasSizeBetween(10, 30);
        }

        @Test
        void prints_json_where_it_is_asked_for() {
            JsonNode result = JsonMapper.shared()
                    .readTree(heed("predict", model, "the \"cat\"", "--top", "3", "--json")
                            .out());
            assertThat(result.path("text").asString()).isEqualTo("the \"cat\"");
            assertThat(result.path("next")).hasSize(3);
            assertThat(result.path("next").get(0).path("probability").asDouble())
                    .isBetween(0., 1.);
            assertThat(result.path("next").get(0).path("token").asString()).isNotEmpty();
        }

        @Test
        void goes_on_with_the_text_the_same_way_each_time() {
            String[] arguments = {"predict", model, "the cat", "--generate", "5", "--temperature", "1", "--seed", "3"};
            Ran ran = heed(arguments);
            assertThat(ran.code()).isZero();
            assertThat(ran.out())
                    .startsWith("the cat ")
                    .isEqualTo(heed(arguments).out());
        }

        @ParameterizedTest
        @ValueSource(strings = {"", " ", "\t\n"})
        void needs_a_word_to_begin_with(String text) {
            assertFails(heed("predict", model, text), "the text is empty");
            assertFails(heed("attention", model, text), "the text is empty");
        }

        @Test
        void names_unknown_words_and_goes_on() {
            Ran ran = heed("predict", model, "the zebra saw Xyzzy");
            assertThat(ran.code()).isZero();
            assertThat(ran.err().strip())
                    .isEqualTo("heed: the model does not know \"zebra\", \"Xyzzy\" and reads [UNK] there");
            assertThat(ran.out().lines()).hasSize(5);
        }

        @Test
        void says_that_a_long_text_is_read_from_its_end_and_does_so() {
            String last = "cat sat on the mat . the dog slept on the rug"; // 12 words: the context
            Ran ran = heed("predict", model, "the bird saw a bird . the " + last);
            assertThat(ran.code()).isZero();
            assertThat(ran.err().strip()).isEqualTo("heed: the text has 20 tokens; the last 12 are read");
            assertThat(ran.out())
                    .isEqualTo(heed("predict", model, "the " + last).out());
        }

        @Test
        void is_asked_for_help() {
            Ran ran = heed("predict", "--help");
            assertThat(ran.code()).isZero();
            assertThat(ran.out()).contains("MODEL", "TEXT", "--top", "--temperature");
        }
    }

    @Nested
    class Attention {

        @Test
        void says_what_comes_next_first_and_then_what_that_depends_on() {
            String text = "The cat, which liked the dog, sat on the";
            List<String> lines = heed("attention", TOY, text).out().lines().toList();
            assertThat(lines.get(0)).isEqualTo("The cat, which liked the dog, sat on the …");
            assertThat(lines.get(1)).matches("next: mat 0\\.99\\d\\d   \\. 0\\.00.*");
            assertThat(lines.get(3)).isEqualTo("head             it reads     weight  next without it");
            assertThat(lines.get(5))
                    .matches("layer 0, head 0  the\\(11\\)→on     0\\.\\d\\d  \\S+ 0\\.\\d{4}, mat < 0\\.0001");
            assertThat(lines.get(4))
                    .matches("layer 1, head 1  the\\(11\\)→cat    1\\.00  rug 0\\.\\d{4}, mat 0\\.\\d{4}");
            assertThat(lines.get(6)).matches("each of the other 6 heads changes mat by at most 0\\.0\\d{3}");
            assertThat(lines).hasSize(8);
        }

        /** What the model gives the answer without a head is what it loses by the same ablation in JSON. */
        @Test
        void says_by_how_much_the_answer_falls_without_a_head() {
            String text = "The cat, which liked the dog, sat on the";
            JsonNode json = JsonMapper.shared()
                    .readTree(heed("attention", TOY, text, "--json").out());
            double whole = json.path("next").get(0).path("probability").asDouble();
            double lost = json.path("evidence")
                    .path("ablations")
                    .get(4 + 1)
                    .path("zero")
                    .asDouble();
            assertThat(heed("attention", TOY, text).out()).contains(", mat %.4f".formatted(whole * Math.exp(lost)));
        }

        @Test
        void says_more_where_evidence_is_asked_for() {
            String text = "The cat, which liked the dog, sat on the";
            assertThat(heed("attention", TOY, text, "--evidence").out())
                    .containsSubsequence(
                            "next: mat",
                            "layer 1, head 1\n  here       Shows",
                            "\n  elsewhere  Reads the subject across a clause",
                            "the logit",
                            "the likeliest word after");
        }

        @Test
        void says_of_each_head_what_it_does_and_what_it_reads_where_that_is_asked_for() {
            Ran ran = heed("attention", model, "the cat sat", "--all-heads");
            assertThat(ran.code()).isZero();
            assertThat(ran.out().lines().filter(line -> line.matches("layer \\d, head \\d   \\S+→\\S+ .*")))
                    .hasSize(2 * 4);
            assertThat(ran.out().lines().filter(line -> line.matches("    here       [A-Z].*\\.")))
                    .hasSize(2 * 4);
        }

        @Test
        void says_what_two_texts_predict_and_which_word_and_head_decide_it() {
            String[] texts = {"attention", TOY, "the cat sat on the", "--compare", "the dog sat on the"};
            List<String> lines = heed(texts).out().lines().toList();
            assertThat(lines.get(0)).isEqualTo("1  the cat sat on the …");
            assertThat(lines.get(1)).isEqualTo("2  the dog sat on the …");
            assertThat(lines.get(2)).startsWith("next after 1: mat 0.9");
            assertThat(lines.get(3)).startsWith("next after 2: rug 0.9");
            assertThat(lines.get(5))
                    .matches(
                            "the texts part at cat \\| dog \\(2\\); layer 1, head \\d carries 0\\.\\d\\d of the difference");
            assertThat(lines.get(7)).endsWith("the(5)→cat 1.00 | the(5)→dog 1.00");
            assertThat(heed(with(texts, "--evidence")).out()).contains("\n  before layers 0–1  cat 1.00\n");
            JsonNode json =
                    JsonMapper.shared().readTree(heed(with(texts, "--json")).out());
            assertThat(json.path("next").get(0).path("token").asString()).isEqualTo("mat");
            JsonNode other = json.path("compared_with");
            assertThat(other.path("text").asString()).isEqualTo("the dog sat on the");
            assertThat(other.path("tokens").get(2).asString()).isEqualTo("dog");
            assertThat(other.path("next").get(0).path("token").asString()).isEqualTo("rug");
            assertThat(json.path("recovered_by_head")).hasSize(2);
            assertThat(json.path("recovered_by_head").get(1)).hasSize(4);
        }

        private static String[] with(String[] arguments, String more) {
            return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
        }

        @Test
        void draws_one_map_where_a_head_is_chosen() {
            Ran first = heed("attention", model, "the cat sat", "--layer", "0");
            assertThat(first.err()).isEqualToIgnoringNewLines("heed: this is head 0 of 4; --head chooses another");
            assertThat(first.out()).startsWith("layer 0, head 0");
            Ran ran = heed("attention", model, "the cat sat", "--layer", "0", "--head", "3");
            assertThat(ran.err()).isEmpty();
            assertThat(ran.out().lines()).startsWith("layer 0, head 3").hasSize(1 + 1 + 4 + 1); // numbers, rows, scale
            assertThat(ran.out().lines().filter(line -> line.matches(" ?\\d (\\[BOS]|the|cat|sat) .*")))
                    .hasSize(4);
            assertMisused(
                    heed("attention", model, "the cat", "--head", "4"),
                    "there is no head 4; there are 4, counted from 0");
            assertMisused(heed("attention", model, "the cat", "--layer", "-1"), "there is no layer -1; there are 2");
        }

        @Test
        void dumps_the_texts_of_a_file_and_leaves_empty_lines_out() throws IOException {
            Files.writeString(folder.resolve("texts.txt"), "the cat sat\n\n  \nthe dog slept on the rug\n");
            Ran ran = heed("attention", model, "--file", in("texts.txt"), "--out", in("dump"), "--format", "csv");
            assertThat(ran.code()).isZero();
            assertThat(Files.readAllLines(folder.resolve("dump/attention.csv")).stream()
                            .skip(1)
                            .map(line -> line.substring(0, 2))
                            .distinct())
                    .containsExactly("0,", "1,");
        }

        /** The lines of the dump, counted without any of the program's measures. */
        @Test
        void says_what_heads_do_over_all_texts_of_a_file() throws IOException {
            Files.writeString(folder.resolve("texts.txt"), "the cat sat\nthe dog slept on the rug\nthe cat\n");
            Ran ran = heed("attention", model, "--file", in("texts.txt"), "--out", in("over"), "--format", "csv");
            double sum = 0;
            int count = 0;
            for (String line : Files.readAllLines(folder.resolve("over/attention.csv"))) {
                String[] cells = line.split(",", -1);
                if (cells[1].equals("1") && cells[2].equals("3")) {
                    int query = Integer.parseInt(cells[3]);
                    count += query > 0 && cells[4].equals("0") ? 1 : 0;
                    sum += query - 1 == Integer.parseInt(cells[4]) ? Double.parseDouble(cells[8]) : 0;
                }
            }
            List<String> lines = Files.readAllLines(folder.resolve("over/heads.csv"));
            List<String> names = List.of(lines.get(0).split(",", -1));
            String[] last = lines.get(8).split(",", -1);
            String counted = String.valueOf(count);
            assertThat(lines).hasSize(1 + 2 * 4);
            assertThat(Double.parseDouble(last[names.indexOf("previous_token")]))
                    .isEqualTo(sum / count, within(1e-6));
            assertThat(last[names.indexOf("previous_token_places")]).isEqualTo(String.valueOf(count));
            JsonNode json = JsonMapper.shared().readTree(folder.resolve("over/heads.json"));
            assertThat(json.path("heads")
                            .get(7)
                            .path("measures")
                            .path("previous_token")
                            .asDouble())
                    .isEqualTo(sum / count, within(1e-6));
            assertThat(ran.out()
                            .lines()
                            .filter(line -> line.matches(" +[01] +[0-3] +" + counted + " .*layer \\d, head.*")))
                    .hasSize(8);
        }

        @Test
        void draws_other_maps_where_they_are_asked_for() {
            assertThat(heed("attention", model, "the cat sat", "--map", "rollout")
                            .out())
                    .contains("rollout up to layer 1", "share 0");
            assertThat(heed("attention", model, "the cat sat", "--map", "flow").out())
                    .contains("attention flow", "flow 0");
            assertThat(heed("attention", model, "the cat", "--map", "value_weighted", "--head", "2")
                            .out())
                    .contains("value-weighted, layer 1, head 2", "length ÷ ");
            assertMisused(heed("attention", model, "the cat", "--map", "flow", "--layer", "0"), "--layer: flow");
            assertMisused(heed("attention", model, "the cat", "--map", "rollout", "--head", "0"), "--head: rollout");
            assertMisused(heed("attention", model, "the cat", "--map", "none"), "--map", "'none'");
        }

        @Test
        void draws_other_maps_into_files() {
            heed("attention", model, "the cat", "--map", "rollout", "--out", in("rolled"), "--format", "svg,pdf");
            heed("attention", model, "the cat", "--map", "flow", "--out", in("rolled"), "--format", "svg");
            assertThat(folder.resolve("rolled").toFile().list())
                    .containsExactlyInAnyOrder(
                            "rollout.svg", "rollout-layer-0.svg", "rollout-layer-1.svg", "rollout.pdf", "flow.svg");
        }

        @Test
        void shows_nothing_that_a_terminal_would_obey() {
            String hostile = "the \u001b[2Jcat sat\u202e \u009bx";
            for (String command : List.of("attention", "predict", "explain")) {
                Ran ran = heed(command, model, hostile);
                assertThat(ran.code()).isZero();
                assertThat(ran.out() + ran.err()).doesNotContain("\u001b", "\u009b", "\u202e");
            }
            assertThat(heed("predict", model, hostile, "--generate", "2").out())
                    .startsWith("the \\u001b[2Jcat sat\\u202e");
        }

        @Test
        void refuses_a_file_without_texts_or_without_a_folder_or_with_pictures() throws IOException {
            Files.writeString(folder.resolve("empty.txt"), "");
            assertFails(heed("attention", model, "--file", in("empty.txt"), "--out", in("dump")), "empty.txt is empty");
            assertFails(heed("attention", model, "--file", in("missing.txt"), "--out", in("dump")), "missing.txt");
            assertMisused(heed("attention", model, "--file", in("empty.txt")), "--file needs --out");
            assertMisused(
                    heed("attention", model, "--file", in("empty.txt"), "--out", in("dump"), "--format", "svg"),
                    "svg is for one text");
            assertMisused(heed("attention", model), "give either TEXT, --ids, --file or --roles");
        }

        @Test
        void compares_texts_of_other_lengths_at_the_words_that_correspond() {
            assertThat(heed(
                                    "attention",
                                    TOY,
                                    "the cat which liked the dog sat on the",
                                    "--compare",
                                    "the dog sat on the")
                            .out())
                    .contains(
                            "1  the cat which liked the dog sat on the …",
                            "2  the                     dog sat on the …",
                            "the texts part at cat which liked the (2–5), only in text 1; layer 1, head 1 carries",
                            "the(9)→cat");
        }

        @Test
        void refuses_to_look_over_a_run_that_kept_no_models() {
            assertFails(heed("attention", model, "the cat sat", "--over"), "--set training.keep=true");
        }

        @Test
        void writes_the_formats_that_are_asked_for() {
            Ran ran = heed("attention", model, "the cat sat", "--out", in("maps"), "--format", "npz,json");
            assertThat(ran.code()).isZero();
            assertThat(folder.resolve("maps").toFile().list())
                    .containsExactlyInAnyOrder("attention.npz", "attention.json");
        }

        @Test
        void prints_json_where_it_is_asked_for() {
            JsonNode result = JsonMapper.shared()
                    .readTree(heed("attention", model, "the cat", "--json").out());
            assertThat(result.path("tokens")).hasSize(3);
            assertThat(result.path("strongest_links").get(0).path("weight").asDouble())
                    .isBetween(0., 1.);
        }

        @Test
        void says_which_head_is_most_alike_over_one_text_and_over_several() throws IOException {
            JsonNode one = JsonMapper.shared()
                    .readTree(
                            heed("attention", model, "the cat sat", "--json", "--out", in("alike"), "--format", "json")
                                    .out());
            assertMostSimilar(one.path("heads"), folder.resolve("alike/attention.json"));
            Files.writeString(folder.resolve("texts.txt"), "the cat sat\nthe dog slept on the rug\n");
            heed("attention", model, "--file", in("texts.txt"), "--out", in("alikes"), "--format", "json");
            JsonNode several = JsonMapper.shared().readTree(folder.resolve("alikes/heads.json"));
            assertMostSimilar(several.path("heads"), folder.resolve("alikes/attention.json"));
        }

        /** One less the Jensen–Shannon divergence over ln 2, the mean over all queries but the first of each text. */
        private void assertMostSimilar(JsonNode heads, Path dump) {
            JsonNode texts = JsonMapper.shared().readTree(dump).path("texts");
            for (int head = 0; head < 8; head++) {
                double most = 0;
                for (int other = 0; other < 8; other++) {
                    most = other == head ? most : Math.max(most, similarity(texts, head, other));
                }
                JsonNode found = heads.get(head).path("most_similar");
                int named = 4 * found.path("layer").asInt() + found.path("head").asInt();
                assertThat(found.path("similarity").asDouble()).isEqualTo(most, within(1e-6));
                assertThat(similarity(texts, head, named)).isEqualTo(most, within(1e-6));
            }
        }

        private double similarity(JsonNode texts, int head, int other) {
            double sum = 0;
            int queries = 0;
            for (JsonNode text : texts) {
                JsonNode weights = text.path("arrays").path("weights");
                JsonNode p = weights.get(head / 4).get(head % 4);
                JsonNode q = weights.get(other / 4).get(other % 4);
                for (int query = 1; query < p.size(); query++, queries++) {
                    for (int key = 0; key <= query; key++) {
                        double a = p.get(query).get(key).asDouble();
                        double b = q.get(query).get(key).asDouble();
                        sum += a * Math.log(2 * a / (a + b)) / 2 + b * Math.log(2 * b / (a + b)) / 2;
                    }
                }
            }
            return 1 - sum / queries / Math.log(2);
        }

        @Test
        void prints_the_measures_of_every_head_as_a_table_where_it_is_asked_for() {
            Ran ran = heed("attention", model, "the cat sat", "--table");
            assertThat(ran.out().lines().filter(line -> line.matches(" +[01] +[0-3] +3 .*layer \\d, head.*")))
                    .hasSize(8); // of four tokens, three come after another
            assertThat(ran.out().lines()).hasSize(1 + 8);
            Ran both = heed("attention", model, "the cat sat", "--table", "--compare", "the dog slept");
            assertThat(both.out()).startsWith("layer  head").contains("\n\n1  the cat sat …\n2  the dog slept …\n");
            assertThat(heed("attention", model, "the cat sat").out().lines())
                    .noneMatch(line -> line.matches(" +[01] +[0-3] +3 .*layer \\d, head.*"));
        }

        @Test
        void says_that_no_head_has_a_role() {
            assertThat(heed("attention", model, "--roles").out())
                    .contains("no head has one of the roles: induction, duplicate")
                    .doesNotContain("–");
        }

        @Test
        void warns_of_letters_that_pictures_of_pixels_show_as_boxes() {
            Ran ran = heed("attention", model, "the \u732b sat", "--out", in("boxes"), "--format", "png");
            assertThat(ran.err().lines()).anyMatch(line -> line.contains("have no glyphs for \u732b and show boxes"));
            assertThat(heed("attention", model, "the \u732b sat", "--out", in("boxes"), "--format", "svg")
                            .err())
                    .doesNotContain("show boxes");
        }

        @Test
        void refuses_a_format_that_is_none() {
            assertMisused(heed("attention", model, "the cat", "--format", "gif"), "--format", "'gif'");
        }

        @Test
        void needs_a_folder_that_can_be_written() throws IOException {
            Files.writeString(folder.resolve("no-folder"), "");
            assertFails(heed("attention", model, "the cat", "--out", in("no-folder")), "cannot write ", "no-folder");
        }
    }
}
