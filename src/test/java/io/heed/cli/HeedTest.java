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
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The program as a person uses it and misuses it: what it prints, where, and with which exit code it leaves. */
class HeedTest {

    @TempDir
    private static Path folder;

    private static String model;
    private static String config;

    @BeforeAll
    static void prepare() throws IOException {
        Path trained = folder.resolve("models/tiny");
        try (LanguageModel tiny = TinyModels.words()) {
            ModelFolder.write(trained, tiny, "");
        }
        model = trained.toString();
        Path text = Files.writeString(folder.resolve("text.txt"), "the cat sat on the mat .\n".repeat(30));
        config = Files.writeString(folder.resolve("run.yaml"), """
                        name: mine
                        device: cpu
                        data: {train: '%s', format: lines, validation_fraction: 0.1}
                        model: {context: 16, width: 8, layers: 1, heads: 2}
                        training: {steps: 3, batch: 4, evaluate_every: 2}
                        """.formatted(text))
                .toString();
    }

    private static String in(String name) {
        return folder.resolve(name).toString();
    }

    private static Ran train(String... settings) {
        List<String> arguments = new ArrayList<>(List.of("train", config, "--overwrite", "--models", in("models")));
        for (String setting : settings) {
            arguments.add("--set");
            arguments.add(setting);
        }
        return heed(arguments.toArray(String[]::new));
    }

    @Nested
    class AWrongCommandLine {

        @ParameterizedTest
        @CsvSource({
            "--nonsense, --nonsense",
            "nonsense, nonsense",
            "train, CONFIG",
            "predict, MODEL",
            "attention, MODEL"
        })
        void is_told_in_one_line_and_where_help_is(String argument, String part) {
            assertMisused(heed(argument), part);
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                version                            | there is no command version; did you mean --version?
                -v                                 | there is no option -v; did you mean --version?
                predict                            | MODEL is missing; give a model folder, such as models/toy
                sweep                              | --grid and CONFIG are missing
                export models/toy                  | --out is missing; add --out FILE
                predict models/toy x --top         | --top needs a value; write --top N
                predict models/toy x --top --json  | --top needs a value; write --top N, before --json
                predict models/toy x --top x       | --top: 'x' is not a whole number
                predict models/toy x --top 1e99    | --top: '1e99' is not a whole number
                predict models/toy x --top 9999999999 | --top: '9999999999' is too large a number
                predict models/toy x --top-p x     | --top-p: 'x' is not a number
                predict models/toy x --json=3      | --json takes no value; leave out 3
                predict models/toy x --top 1 --top 2 | --top is given more than once; give it once
                predict models/toy x --score --generate 2 | --generate and --score exclude each other; give one of them
                predict models/toy x --device cud  | --device: 'cud' is not one of auto, cpu, cuda; did you mean cuda?
                circuit models/toy --metric x      | --metric: 'x' is not one of logit-difference, kl, log-probability
                attention models/toy the cat       | cat is one argument too many; put a text of several words in quotes
                serve models/toy the               | the is one argument too many; heed serve takes only MODEL
                corpus the                         | the is one argument too many; heed corpus takes no
                """)
        void is_told_without_words_of_the_code(String line, String sentence) {
            assertMisused(heed(line.split(" ")), sentence);
        }

        @Test
        void is_not_made_by_a_usage_that_names_fields() {
            for (String command : List.of("predict", "attention", "evaluate", "explain", "runs", "train", "serve")) {
                assertThat(heed(command, "--help").out()).doesNotContainPattern("=<[a-z]");
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "--nonsense",
                    "--top=0",
                    "--top=-1",
                    "--top=many",
                    "--generate=-1",
                    "--temperature=-1",
                    "--temperature=NaN",
                    "--top-k=-1",
                    "--seed=x",
                    "--device=tpu",
                    "--top=99999999999"
                })
        void of_predict_names_the_option(String option) {
            assertMisused(heed("predict", model, "the cat", option), option.replaceFirst("=.*", ""));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "--port=-1",
                    "--port=65536",
                    "--port=http",
                    "--max-body=0",
                    "--queue=0",
                    "--time-limit=0",
                    "--host=0.0.0.0",
                    "--host=",
                    "--allow-host=",
                    "--allow-host=http://heed.example.org",
                    "--host=no.such.host.invalid"
                })
        void of_serve_names_the_option(String option) {
            assertMisused(heed("serve", model, option), option.replaceFirst("=.*", ""));
        }

        @Test
        void of_attention_names_the_option() {
            assertMisused(
                    heed("attention", model, "the cat", "--out", in("m.png")),
                    "m.png is the name of a file, but --out names a folder",
                    "write --out " + in("m") + " --format png");
            assertThat(folder.resolve("m.png")).doesNotExist();
            assertMisused(heed("attention", model, "the cat", "--nonsense"), "--nonsense");
        }

        @ParameterizedTest
        @ValueSource(strings = {"--sentences=-5", "--sentences=9", "--sentences=x"})
        void of_corpus_names_the_option(String option) {
            assertMisused(heed("corpus", "--out", in("c.txt"), "--held-out", in("h.txt"), option), "--sentences");
        }
    }

    @Nested
    class Training {

        @Test
        void writes_a_model_that_predicts() {
            Ran ran = train();
            assertThat(ran.code()).isZero();
            assertThat(ran.out())
                    .startsWith(in("models/mine") + ": 3 steps in ")
                    .contains("best validation loss ", " at step 3, the last", "heed predict " + in("models/mine"));
            assertThat(ran.errors()).hasSize(4); // repeated lines, what is trained, and steps 2 and 3
            Ran predicted = heed("predict", in("models/mine"), "the cat", "--top", "2");
            assertThat(predicted.code()).isZero();
            assertThat(predicted.out().lines()).hasSize(2);
        }

        @Test
        void prints_json_where_it_is_asked_for() {
            Ran ran = heed("train", config, "--models", in("json"), "--json");
            List<JsonNode> events = ran.out()
                    .lines()
                    .map(line -> JsonMapper.shared().readTree(line))
                    .toList();
            assertThat(events)
                    .extracting(event -> event.path("event").asString())
                    .contains("started", "evaluated", "saved", "ended");
            JsonNode result = events.get(events.size() - 1);
            assertThat(result.path("steps").asInt()).isEqualTo(3);
            assertThat(result.path("interrupted").asBoolean(true)).isFalse();
            assertThat(result.path("folder").asString()).isEqualTo(in("json/mine"));
        }

        @Test
        void tells_how_good_the_model_was_that_it_goes_on_from() {
            Ran before = heed("train", config, "--models", in("from"), "--json");
            Ran ran = heed(
                    "train",
                    config,
                    "--models",
                    in("from"),
                    "--json",
                    "--set",
                    "name=on",
                    "--set",
                    "model.from=" + in("from/mine") + "/"); // as a shell completes it
            assertThat(number(ran, "found", "validation_loss"))
                    .isCloseTo(number(before, "ended", "best_validation_loss"), within(1e-5));
        }

        private static double number(Ran ran, String event, String key) {
            return ran.out()
                    .lines()
                    .map(line -> JsonMapper.shared().readTree(line))
                    .filter(told -> told.path("event").asString().equals(event))
                    .findFirst()
                    .orElseThrow()
                    .path(key)
                    .asDouble();
        }

        @Test
        void needs_a_configuration() throws IOException {
            String wayOut = "; name a configuration, such as configs/toy.yaml";
            assertFails(heed("train", in("missing.yaml")), "missing.yaml does not exist" + wayOut);
            assertFails(heed("config", "--check", in("missing.yaml")), "missing.yaml does not exist" + wayOut);
            assertFails(heed("train", folder.toString()), "it is a folder" + wayOut);
            Files.writeString(folder.resolve("blank.yaml"), "\n");
            assertFails(heed("train", in("blank.yaml")), "blank.yaml is empty" + wayOut);
        }

        @Test
        void needs_a_text() throws IOException {
            Files.writeString(folder.resolve("empty.txt"), "");
            Files.write(folder.resolve("binary.txt"), new byte[] {'a', (byte) 0xff});
            assertFails(train("data.train=" + in("missing.txt")), "missing.txt does not exist");
            assertFails(train("data.train=" + in("empty.txt")), "empty.txt is empty");
            assertFails(train("data.train=" + in("binary.txt")), "bad byte 0xff at offset 1");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "The cat sat.",
                    "First: a\nthe cat\n",
                    "The cat: it sat.",
                    "- \"no, said",
                    "\u00ff\u0001",
                    ": : :"
                })
        void needs_a_configuration_rather_than_a_text(String content) throws IOException {
            Path text = Files.writeString(folder.resolve("my-text.txt"), content, StandardCharsets.ISO_8859_1);
            assertFails(
                    heed("train", text.toString()),
                    "not a configuration",
                    "to train on a text, run heed train configs/toy.yaml --set data.train=" + text);
        }

        @Test
        void needs_settings_that_make_sense() {
            assertFails(train("model.layer=2"), "model.layer: there is no such key; did you mean model.layers?");
            assertFails(train("model.heads=3"), "model.heads: 3 does not divide width 8");
            assertFails(train("training.steps=none"), "training.steps: none is not a whole number");
            assertFails(train("nonsense"), "--set nonsense: write KEY=VALUE");
        }

        @Test
        void needs_a_folder_that_can_be_written() throws IOException {
            Files.writeString(folder.resolve("a-file"), "");
            assertFails(heed("train", config, "--models", in("a-file")), "cannot write ", "a-file");
        }
    }

    @Nested
    class AModelFolder {

        @ParameterizedTest
        @ValueSource(strings = {"predict", "attention"})
        void has_to_be_one(String command) throws IOException {
            Files.createDirectories(folder.resolve("empty"));
            assertFails(
                    heed(command, in("nowhere"), "the cat"), in("nowhere") + " does not exist; name a model folder");
            assertFails(heed(command, config, "the cat"), config + " is a file, not a folder; name a model folder");
            assertFails(heed(command, in("empty"), "the cat"), "is not a model folder: it has no config.json");
        }

        @Test
        void of_a_similar_name_is_suggested() {
            assertFails(heed("predict", in("models/tinny"), "x"), "does not exist; did you mean " + model + "?");
            assertFails(heed("predict", "models/tooy", "x"), "models/tooy does not exist; did you mean models/toy?");
            assertFails(heed("translate", "fr_en", "x"), "fr_en does not exist; did you mean models/fr-en?");
            assertFails(heed("serve", "models/elsewhere"), "does not exist; name a model folder, such as models/toy");
        }

        @Test
        void is_looked_for_in_a_folder_of_models() {
            assertFails(heed("evaluate", in("models"), config), "it has no config.json; the models in it: " + model);
        }

        @Test
        void cut_short_is_told(@TempDir Path copy) throws IOException {
            for (String file : new String[] {"config.json", "tokenizer.json", "model.safetensors"}) {
                Files.copy(Path.of(model, file), copy.resolve(file));
            }
            byte[] weights = Files.readAllBytes(copy.resolve("model.safetensors"));
            Files.write(copy.resolve("model.safetensors"), Arrays.copyOf(weights, weights.length - 1));
            assertFails(heed("predict", copy.toString(), "the cat"), "model.safetensors is not a safetensors file");
        }
    }

    @Test
    void a_port_that_is_taken_is_told() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(other.getLocalPort());
            assertFails(heed("serve", model, "--port", port), "cannot listen on 127.0.0.1, port " + port);
        }
    }

    @Test
    void the_corpus_is_written_as_large_as_it_is_asked_for() {
        Ran ran = heed("corpus", "--out", in("toy.txt"), "--held-out", in("held.txt"), "--sentences", "50");
        assertThat(ran.code()).isZero();
        assertThat(folder.resolve("toy.txt")).content().matches("(?:[a-z, ]+ \\.\n){50}");
        assertThat(folder.resolve("held.txt")).content().matches("(?:[a-z, ]+ \\.\n){5}");
    }

    @Test
    void a_failure_shows_its_trace_where_it_is_debugged() {
        Ran ran = heed("predict", in("nowhere"), "the cat", "--debug");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).contains("io.heed.HeedException: ", "\tat io.heed.");
    }

    @Test
    void help_on_a_command_is_what_the_command_says_of_itself() {
        assertThat(heed("help", "predict").out())
                .isEqualTo(heed("predict", "--help").out());
        assertThat(heed("help").out())
                .contains("\n  train ", "\n  tokenizer ")
                .isEqualTo(heed("--help").out());
    }

    @Test
    void a_command_may_follow_an_option() {
        assertThat(heed("--debug", "config", "seed").out())
                .isNotEmpty()
                .isEqualTo(heed("config", "seed").out());
    }

    @Test
    void without_a_command_the_usage_is_shown() {
        Ran ran = heed();
        assertThat(ran.code()).isZero();
        assertThat(ran.out()).contains("train", "predict", "attention", "corpus", "demo");
    }

    @Nested
    class Config {

        @Test
        void explains_every_key_with_its_default_and_what_it_may_be() {
            String text = heed("config", "--explain").out();
            assertThat(text)
                    .containsPattern(
                            "training\\.batch: 16 +whole number, 1 to 1,000,000\n +The number of rows per step");
            assertThat(text).contains("model: The shape of the transformer", "sinusoidal, learned");
            assertThat(heed("config").out()).isEqualTo(text);
        }

        @Test
        void explains_one_key_a_group_or_those_that_begin_so() {
            assertThat(heed("config", "--explain", "training.steps").out().lines())
                    .hasSize(2);
            assertThat(heed("config", "data.validation").out()).doesNotContain("validation_fraction");
            assertThat(heed("config", "tokenizer").out()).contains("tokenizer.type", "tokenizer.vocabulary");
            assertThat(heed("config", "training.beta").out()).contains("training.beta1", "training.beta2");
            assertFails(
                    heed("config", "training.step_"),
                    "training.step_: there is no such key; did you mean training.steps?");
        }

        @Test
        void explains_in_json() {
            JsonNode key = JsonMapper.shared()
                    .readTree(heed("config", "training.batch", "--json").out())
                    .get(0);
            assertThat(key.path("type").asString()).isEqualTo("integer");
            assertThat(key.path("default_value").asInt()).isEqualTo(16);
            assertThat(key.path("maximum").asInt()).isEqualTo(1_000_000);
        }

        @Test
        void checks_a_configuration() {
            Ran right = heed("config", "--check", config);
            assertThat(right.out()).startsWith(config + " is valid.").contains("  model.biases: true\n");
            assertThat(right.code()).isZero();
            Ran wrong = heed("config", "--check", config, "--set", "seed=x", "--set", "model.layers=0");
            assertThat(wrong.errors())
                    .containsExactlyInAnyOrder(
                            "heed: seed: x is not a whole number (--set seed=x)",
                            "heed: model.layers: 0 is less than 1 (--set model.layers=0)");
            assertThat(wrong.code()).isEqualTo(1);
            Ran json = heed("config", "--check", config, "--set", "model.heads=3", "--json");
            assertThat(json.code()).isEqualTo(1);
            assertThat(JsonMapper.shared().readTree(json.out()).path("problems"))
                    .hasSize(1);
        }

        @Test
        void is_refused_by_train_for_all_that_is_wrong_with_it() {
            Ran ran = heed("train", config, "--set", "data.train=none.txt", "--set", "model.heads=3");
            assertThat(ran.errors())
                    .containsExactly(
                            "heed: model.heads: 3 does not divide width 8; each head takes an equal part (--set model.heads=3)",
                            "heed: data.train: none.txt does not exist; name a text file in UTF-8 (--set data.train=none.txt)");
            assertThat(ran.code()).isEqualTo(1);
        }

        @Test
        void does_one_thing_at_a_time() {
            assertMisused(heed("config", "--schema", "seed"), "seed is a key to explain");
            assertMisused(heed("config", "--set", "seed=1"), "--set needs --check");
            assertMisused(heed("config", "--schema", "--check", config), "--check");
        }
    }
}
