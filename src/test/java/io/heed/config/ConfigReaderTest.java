package io.heed.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import io.heed.model.DeviceChoice;
import io.heed.model.shape.Activation;
import io.heed.model.shape.Architecture;
import io.heed.model.shape.Norm;
import io.heed.model.shape.Positions;
import io.heed.model.shape.Residual;
import io.heed.optimizer.OptimizerChoice;
import io.heed.text.DataFormat;
import io.heed.text.tokenizer.TokenizerType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Configurations, right and wrong: errors name key, value, file, line and column. */
class ConfigReaderTest {

    private static final String LEAST = """
            name: mine
            data:
              train: text.txt
            """;

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("my.yaml");
    }

    private RunConfig read(String yaml, String... overrides) {
        try {
            Files.writeString(file, yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ConfigReader.read(file, List.of(overrides));
    }

    /** Checks a configuration alone. */
    private ConfigReader.Check check(String... overrides) {
        return ConfigReader.check(file, List.of(overrides), (config, given, skipped) -> {});
    }

    private AbstractThrowableAssert<?, ?> assertRefused(String yaml, String... overrides) {
        return assertThatThrownBy(() -> read(yaml, overrides))
                .isInstanceOf(HeedException.class)
                .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("\n"));
    }

    @Nested
    class ThatAreRight {

        @Test
        void have_defaults_for_what_they_leave_out() {
            RunConfig config = read(LEAST);
            assertThat(config.name()).isEqualTo("mine");
            assertThat(config.data())
                    .isEqualTo(new RunConfig.Data(List.of("text.txt"), List.of(), .1, DataFormat.STREAM));
            assertThat(config.seed()).isEqualTo(1);
            assertThat(config.model())
                    .isEqualTo(new RunConfig.Model(
                            "",
                            Architecture.DECODER_ONLY,
                            64,
                            128,
                            4,
                            4,
                            0,
                            0,
                            false,
                            0,
                            0,
                            Activation.GELU_NEW,
                            false,
                            Norm.Kind.LAYER,
                            Residual.SEQUENTIAL,
                            Positions.Kind.SINUSOIDAL,
                            10_000,
                            1,
                            true,
                            true,
                            true,
                            false,
                            0));
            RunConfig.Training training = config.training();
            assertThat(training.steps()).isEqualTo(1000);
            assertThat(training.optimizer()).isEqualTo(OptimizerChoice.MUON);
            assertThat(training.learningRate()).isEqualTo(6e-3);
            assertThat(training.zeroStart()).isTrue();
            assertThat(training.epsilon()).isEqualTo(1e-8);
            assertThat(training.evaluateTokens()).isZero();
            assertThat(training.keep()).isFalse();
            assertThat(training.sample()).isEmpty();
        }

        @Test
        void give_every_kind_of_value() {
            RunConfig config = read(LEAST + """
                      validation: check.txt
                      validation_fraction: 0.25
                      format: lines
                    seed: -9000000000
                    device: cpu
                    tokenizer: {type: character, vocabulary: 50}
                    model: {positions: learned, activation: relu, biases: false}
                    """);
            assertThat(config.data())
                    .isEqualTo(new RunConfig.Data(List.of("text.txt"), List.of("check.txt"), .25, DataFormat.LINES));
            assertThat(config.seed()).isEqualTo(-9_000_000_000L);
            assertThat(config.device()).isEqualTo(DeviceChoice.CPU);
            assertThat(config.tokenizer()).isEqualTo(new RunConfig.Tokens(TokenizerType.CHARACTER, 50, ""));
            assertThat(config.model().positions()).isEqualTo(Positions.Kind.LEARNED);
            assertThat(config.model().activation()).isEqualTo(Activation.RELU);
            assertThat(config.model().biases()).isFalse();
        }

        @Test
        void may_write_a_whole_number_with_an_exponent() {
            assertThat(read(LEAST, "training.steps=2e3").training().steps()).isEqualTo(2000);
        }

        @Test
        void report_what_they_leave_at_its_default() throws IOException {
            Files.writeString(file, LEAST + "  validation:\nmodel: {layers: 1}\n");
            List<String> keys =
                    check("seed=1").defaults().stream().map(SettingGuide::key).toList();
            assertThat(keys).contains("data.validation", "training.steps", "device");
            assertThat(keys).doesNotContain("name", "data.train", "seed", "model", "model.layers");
        }

        @Test
        void may_name_several_texts() {
            RunConfig config = read("""
                    name: mine
                    data:
                      train: [a.txt, 'b, c.txt']
                      validation:
                        - check
                        - texts/*.txt
                    """);
            assertThat(config.data().train()).containsExactly("a.txt", "b, c.txt");
            assertThat(config.data().validation()).containsExactly("check", "texts/*.txt");
            assertThat(read(ConfigReader.write(config))).isEqualTo(config);
        }

        @Test
        void may_leave_the_validation_text_empty() {
            assertThat(read(LEAST + "  validation:\n").data().validation()).isEmpty();
        }

        @Test
        void are_the_same_after_writing_and_reading() {
            RunConfig config = read(LEAST, "model.dropout=0.1", "training.learning_rate=3e-4", "seed=42");
            assertThat(read(ConfigReader.write(config))).isEqualTo(config);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"007", "1_000", "no", "null", "~", "a: b", "# x", "- x", "it's", "\"x\"", " x ", "1.10"})
        void keep_a_name_that_looks_like_another_type(String name) {
            RunConfig plain = read(LEAST);
            RunConfig config = new RunConfig(
                    name,
                    1,
                    plain.device(),
                    plain.precision(),
                    plain.data(),
                    plain.tokenizer(),
                    plain.model(),
                    plain.training(),
                    plain.distributed());
            assertThat(read(ConfigReader.write(config)).name()).isEqualTo(name);
        }

        @Test
        void of_the_toy_model_are_read() {
            assertThat(ConfigReader.read(Path.of("configs/toy.yaml"), List.of()).name())
                    .isEqualTo("toy");
        }
    }

    @Nested
    class WithSettingsFromTheCommandLine {

        @Test
        void take_them_instead_of_the_files() {
            RunConfig config = read(LEAST + "seed: 5\n", "seed=6", "data.train=other.txt", "training.steps=7");
            assertThat(config.seed()).isEqualTo(6);
            assertThat(config.data().train()).containsExactly("other.txt");
            assertThat(config.training().steps()).isEqualTo(7);
        }

        @Test
        void take_a_list_of_texts_or_one_text_as_it_is() {
            assertThat(read(LEAST, "data.train=[a.txt, b.txt]").data().train()).containsExactly("a.txt", "b.txt");
            assertThat(read(LEAST, "data.train=a, b.txt").data().train()).containsExactly("a, b.txt");
            assertThat(read(LEAST, "data.train=# 1: *.txt").data().train()).containsExactly("# 1: *.txt");
        }

        @Test
        void refuse_a_list_of_anything_but_texts() {
            assertRefused(LEAST, "data.train=[a.txt, [b.txt]]")
                    .hasMessageContaining("is neither a text nor a list of texts");
            assertRefused(LEAST, "data.train=[a: b]").hasMessageContaining("is neither a text nor a list of texts");
            assertRefused(LEAST, "data.train=[]").hasMessageStartingWith("data.train is missing");
            assertRefused(LEAST, "data.train=['', ' ']").hasMessageContaining("is neither a text nor a list of texts");
        }

        @Test
        void use_the_last_of_two() {
            assertThat(read(LEAST, "seed=6", "seed=7").seed()).isEqualTo(7);
        }

        @Test
        void may_set_a_text_to_nothing() {
            assertThat(read(LEAST + "  validation: check.txt\n", "data.validation=")
                            .data()
                            .validation())
                    .isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"seed", "=5", "", "seed:5"})
        void refuse_what_is_not_key_and_value(String override) {
            assertRefused(LEAST, override)
                    .hasMessage("--set " + override + ": write KEY=VALUE, as in --set training.steps=200");
        }

        @Test
        void refuse_a_value_that_is_not_yaml() {
            assertRefused(LEAST, "seed=[1").hasMessage("--set seed=[1: the value is not YAML");
        }

        @Test
        void name_the_setting_as_the_place_of_an_error() {
            assertRefused(LEAST, "training.steps=0")
                    .hasMessage("training.steps: 0 is less than 1 (--set training.steps=0)");
            assertRefused(LEAST, "training.step=5")
                    .hasMessage(
                            "training.step: there is no such key; did you mean training.steps? (--set training.step=5)");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "training=5",
                    "seed.x=5",
                    ".=5",
                    "a.b.c=5",
                    "seed=",
                    "model.width=[1]",
                    "training.learning_rate=.nan"
                })
        void refuse_what_does_not_fit(String override) {
            assertRefused(LEAST, override).hasMessageContaining("--set");
        }
    }

    @Nested
    class ThatAreWrong {

        @Test
        void name_an_unknown_key_its_place_and_the_nearest_one() {
            assertRefused(LEAST + "model:\n  layer: 3\n")
                    .hasMessage("model.layer: there is no such key; did you mean model.layers? (" + file + ":5:10)");
        }

        @Test
        void name_an_unknown_group() {
            assertRefused(LEAST + "trainning: {}\n")
                    .hasMessage("trainning: there is no such key; did you mean training? (" + file + ":4:1)");
        }

        @Test
        void suggest_nothing_where_nothing_is_near() {
            assertRefused(LEAST + "zzzzzzzzzzzz: 1\n")
                    .hasMessage("zzzzzzzzzzzz: there is no such key (" + file + ":4:15)");
            assertRefused(LEAST + "training: {every: 1}\n") // the end of evaluate_every, but 9 letters are missing
                    .hasMessage("training.every: there is no such key (" + file + ":4:19)");
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                        layers: two          | model.layers: two is not a whole number
                        layers: 2.5          | model.layers: 2.5 is not a whole number
                        layers: 99999999999  | model.layers: 99999999999 is more than 1000
                        layers: [1]          | model.layers: [1] is not a whole number
                        dropout: high        | model.dropout: high is not a number
                        biases: 1            | model.biases: 1 is not true or false
                        positions: alibi    | model.positions: alibi is not one of sinusoidal, learned, rotary
                        positions: 1         | model.positions: 1 is not one of sinusoidal, learned, rotary
                        layers:              | model.layers: null is not a whole number
                        """)
        void name_a_value_of_the_wrong_type(String line, String message) {
            assertRefused(LEAST + "model:\n  " + line + "\n").hasMessageStartingWith(message + " (" + file + ":5:");
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                        layers: 0            | model.layers: 0 is less than 1
                        layers: 1001         | model.layers: 1001 is more than 1000
                        layers: -3           | model.layers: -3 is less than 1
                        dropout: 1.0         | model.dropout: 1.0 is more than 0.99
                        dropout: .nan        | model.dropout: .nan is not a number
                        dropout: .inf        | model.dropout: .inf is more than 0.99
                        """)
        void name_a_value_out_of_range(String line, String message) {
            assertRefused(LEAST + "model:\n  " + line + "\n").hasMessageStartingWith(message);
        }

        @Test
        void give_the_column_of_the_value() {
            assertRefused(LEAST + "model:\n  layers: 0\n")
                    .hasMessage("model.layers: 0 is less than 1 (" + file + ":5:11)"); // two spaces, "layers: "
        }

        @Test
        void name_heads_that_do_not_divide_the_width() {
            assertRefused(LEAST + "model:\n  width: 64\n  heads: 3\n")
                    .hasMessage("model.heads: 3 does not divide width 64; each head takes an equal part (" + file
                            + ":6:10)");
        }

        @ParameterizedTest
        @ValueSource(strings = {"a: [1", "a: b: c", "a: \"x", "\t a: 1", "a: {b", "a: 1\n b: 2"})
        void that_are_not_yaml_are_refused_with_line_and_column(String yaml) {
            assertRefused(yaml).hasMessageMatching("(?s)not YAML: .* \\(.*my\\.yaml:\\d+:\\d+\\)");
        }

        @ParameterizedTest
        @ValueSource(strings = {"just words", "- a\n- b", "# nothing but a comment", "42"})
        void that_have_no_keys_are_refused(String yaml) {
            assertRefused(yaml).hasMessageContaining(file.toString());
        }

        @Test
        void name_a_missing_name() {
            assertRefused("data:\n  train: text.txt\n")
                    .hasMessage("name is missing; give it in " + file + " or with --set name=…");
        }

        @Test
        void name_a_missing_text() {
            assertRefused("name: mine\n")
                    .hasMessage("data.train is missing; give it in " + file + " or with --set data.train=…");
        }

        @Test
        void name_a_key_of_another_group() {
            assertRefused(LEAST + "steps: 3\n")
                    .hasMessage("steps: there is no such key; did you mean training.steps? (" + file + ":4:8)");
        }

        @Test
        void name_a_key_that_is_given_twice() {
            assertRefused(LEAST + "seed: 3\nseed: 4\n")
                    .hasMessage("seed: is given twice; leave one out (%1$s:4:1 and %1$s:5:1)", file);
        }

        @Test
        void are_all_reported_at_once_by_a_check() throws IOException {
            Files.writeString(file, """
                    data: {trian: text.txt}
                    model: 3
                    training: {batch: 0, steps: 1.5}
                    """);
            assertThat(check("seed=x").problems())
                    .containsExactly(
                            "data.trian: there is no such key; did you mean data.train? (" + file + ":1:15)",
                            "model: 3 is not a group of keys (" + file + ":2:8)",
                            "training.batch: 0 is less than 1 (" + file + ":3:19)",
                            "training.steps: 1.5 is not a whole number (" + file + ":3:29)",
                            "seed: x is not a whole number (--set seed=x)",
                            "name is missing; give it in " + file + " or with --set name=…",
                            "data.train is missing; give it in " + file + " or with --set data.train=…");
        }

        @Test
        void are_one_problem_if_they_cannot_be_read() throws IOException {
            assertThat(check().problems()).singleElement().asString().contains("does not exist");
            Files.writeString(file, "a: [1");
            assertThat(check().problems()).singleElement().asString().startsWith("not YAML");
        }

        @Test
        void name_a_group_without_keys() {
            assertRefused(LEAST + "model: 3\n").hasMessage("model: 3 is not a group of keys (" + file + ":4:8)");
        }

        @Test
        void name_a_missing_file() {
            assertThatThrownBy(() -> ConfigReader.read(file, List.of()))
                    .isInstanceOf(HeedException.class)
                    .hasMessageStartingWith(file + " does not exist");
        }
    }
}
