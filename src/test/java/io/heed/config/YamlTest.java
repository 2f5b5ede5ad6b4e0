package io.heed.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import io.heed.SmallFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** YAML as other programs read it: as PyYAML 6.0.2 if that agrees with YAML 1.2's core schema; refused if it does not. */
class YamlTest {

    private static final String LEAST = "name: mine\ndata: {train: text.txt}\n";

    private static RunConfig read(String yaml, String... overrides) {
        return ConfigReader.parse(yaml, "my.yaml", List.of(overrides));
    }

    private static void assertRefused(String yaml, String message, String... overrides) {
        assertThatThrownBy(() -> read(yaml, overrides))
                .isInstanceOf(HeedException.class)
                .hasMessage(message);
    }

    /**
     * The results of yaml.safe_load, except for 0o7 and an exponent without a point and a sign (+1e-3, 1e-3, 12e-03, 1E+0), which are text to
     * PyYAML and numbers in YAML 1.2's core schema.
     */
    @ParameterizedTest
    @CsvSource({
        ".001, 0.001",
        "+1.0e-3, 0.001",
        "+1e-3, 0.001",
        ".5, 0.5",
        "1., 1",
        "1e-3, 0.001",
        "0x1, 1",
        "0o7, 7",
        "0b11, 3",
        "+2, 2",
        "1_0, 10",
        "007, 7",
        "0.0_1, 0.01",
        "12e-03, 0.012",
        "1E+0, 1"
    })
    void numbers_are_read_in_all_spellings(String spelling, double value) {
        assertThat(read(LEAST + "training: {learning_rate: %s}".formatted(spelling))
                        .training()
                        .learningRate())
                .isEqualTo(value);
        assertThat(read(LEAST, "training.learning_rate=" + spelling).training().learningRate())
                .isEqualTo(value);
    }

    /** The results of yaml.safe_load, except for 0o10, 1e3 and 1.0e2, which are text to PyYAML. */
    @ParameterizedTest
    @CsvSource({"0x10, 16", "0o10, 8", "1_000, 1000", "1e3, 1000", "+5, 5", "1.0e2, 100", "0b101, 5", "00, 0"})
    void whole_numbers_too(String spelling, long value) {
        assertThat(read(LEAST + "seed: " + spelling).seed()).isEqualTo(value);
        assertThat(read(LEAST, "seed=" + spelling).seed()).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            seed: 010                     | seed: 010 is not a whole number, but 10 to YAML 1.2 and 8 to YAML 1.1; write the one you mean (my.yaml:3:7)
            seed: 1,000                   | seed: 1,000 is not a whole number; write 1000 (my.yaml:3:7)
            seed: '"5"'                   | seed: "5" is not a whole number; leave the quotes out (my.yaml:3:7)
            seed: '!!str 5'               | seed: "5" is not a whole number; leave the quotes out (my.yaml:3:7)
            seed: 1:30                    | seed: 1:30 is not a whole number (my.yaml:3:7)
            seed: 1__0                    | seed: 1__0 is not a whole number (my.yaml:3:7)
            seed: 1e999                   | seed: 1e999 is not a whole number (my.yaml:3:7)
            seed: 0x                      | seed: 0x is not a whole number (my.yaml:3:7)
            seed: 2.5                     | seed: 2.5 is not a whole number (my.yaml:3:7)
            model: '{biases: yes}'        | model.biases: yes is not true or false; write true (my.yaml:3:17)
            model: '{biases: Off}'        | model.biases: Off is not true or false; write false (my.yaml:3:17)
            model: '{biases: "true"}'     | model.biases: "true" is not true or false; leave the quotes out (my.yaml:3:17)
            model.width: 8                | model.width: there is no such key; write width: under model: (my.yaml:3:14)
            """)
    void values_that_others_read_differently_are_refused_with_the_right_spelling(String line, String message) {
        String plain = line.contains("'") ? line.replace("'", "") : line;
        assertRefused(LEAST + plain.strip() + "\n", message.strip());
    }

    /** A value is read as the type of its key, so a name may look like a number. */
    @ParameterizedTest
    @ValueSource(strings = {"007", "1_000", "0x10", "1.10", "no", "true", "1e3", "2024-01-01"})
    void a_name_stays_as_it_is_written(String name) {
        assertThat(read("name: %s\ndata: {train: %s.txt}\n".formatted(name, name))
                        .name())
                .isEqualTo(name);
        assertThat(read("name: %s\ndata: {train: %s.txt}\n".formatted(name, name))
                        .data()
                        .train())
                .containsExactly(name + ".txt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "True", "TRUE"})
    void true_is_written_in_three_ways(String truth) {
        assertThat(read(LEAST + "training: {keep: %s}".formatted(truth))
                        .training()
                        .keep())
                .isTrue();
    }

    @Test
    void an_alias_is_the_value_of_its_anchor() {
        RunConfig config = read("""
                device: &d cpu
                name: *d
                data: &data
                  train: &f [t.txt, "*.md"]
                  validation: *f
                training: {steps: &n 40, evaluate_every: *n, batch: *n}
                """);
        assertThat(config.name()).isEqualTo("cpu");
        assertThat(config.data().validation()).containsExactly("t.txt", "*.md");
        assertThat(config.training().steps()).isEqualTo(40);
        assertThat(config.training().evaluateEvery()).isEqualTo(40);
    }

    @Test
    void a_wrong_value_of_an_alias_is_refused_at_the_alias() {
        assertRefused("name: &n two\ndata: {train: a}\nseed: *n\n", "seed: two is not a whole number (my.yaml:3:7)");
        assertRefused(LEAST + "seed: *n\n", "*n refers to nothing: no value before it has the anchor &n (my.yaml:3:7)");
        assertRefused(
                LEAST + "model: &m {width: *m}\n",
                "*m refers to nothing: no value before it has the anchor &m (my.yaml:3:19)");
        assertRefused(
                LEAST + "model: &m {width: 8}\ntraining:\n  <<: *m\n",
                "<<: merging keys is not supported; write them here, each with its value (my.yaml:5:3)");
    }

    /** Ten lists, each of ten of the one before: 10¹⁰ texts if written out. */
    @Test
    void aliases_of_aliases_cost_no_more_than_what_is_written() {
        StringBuilder yaml = new StringBuilder(LEAST).append("seed:\n  - &a0 [lol]\n");
        for (int i = 1; i <= 10; i++) {
            yaml.append("  - &a%d [%s]%n".formatted(i, ("*a" + (i - 1) + ",").repeat(10)));
        }
        assertThatThrownBy(() -> read(yaml.toString()))
                .isInstanceOf(HeedException.class)
                .hasMessageStartingWith("seed: [[lol], [[lol], [lol]")
                .hasMessageEndingWith("… is not a whole number (my.yaml:3:1)")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(110));
    }

    @Test
    void a_setting_replaces_only_one_use_of_an_alias() {
        String yaml = LEAST + "model: &m {width: 8, heads: 2}\ntokenizer: *m\n";
        assertThatThrownBy(() -> read(yaml, "model.width=16"))
                .hasMessage("tokenizer.width: there is no such key; did you mean model.width? (my.yaml:3:19)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"---\nname: b\n", "---\n", "...\n---\nname: b\n"})
    void a_second_document_is_refused_with_its_line(String more) {
        int line = more.startsWith("...") ? 4 : 3;
        assertRefused(
                LEAST + more,
                "a configuration is one document, and a second starts here; remove it or move it to a file of its own (my.yaml:%d:1)"
                        .formatted(line));
    }

    @ParameterizedTest
    @ValueSource(strings = {"---\n%s", "%%YAML 1.2\n---\n%s", "%s...\n", "# a comment\n--- # another\n%s"})
    void one_document_may_be_marked_as_such(String around) {
        assertThat(read(around.formatted(LEAST)).name()).isEqualTo("mine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model:\n\twidth: 8\n", "\tmodel: {}\n"})
    void a_tab_is_named_as_one(String yaml) {
        int line = yaml.startsWith("\t") ? 3 : 4;
        assertThatThrownBy(() -> read(LEAST + yaml))
                .isInstanceOf(HeedException.class)
                .hasMessage("not YAML: a tab is used to indent; use spaces (my.yaml:%d:1)", line);
    }

    @Test
    void keys_that_are_given_twice_are_refused_with_both_places() {
        assertRefused(
                LEAST + "model: {width: 8, heads: 2, width: 9}\n",
                "width: is given twice; leave one out (my.yaml:3:9 and my.yaml:3:29)");
        assertRefused(
                LEAST + "seed: 1\nmodel: {}\n\"seed\": 1\n",
                "seed: is given twice; leave one out (my.yaml:3:1 and my.yaml:5:1)");
    }

    @Test
    void tags_other_than_yamls_own_are_refused() {
        assertRefused(
                "name: !!python/object:os.system x\n",
                "the tag !!python/object:os.system is not supported in a configuration; leave it out (my.yaml:1:7)");
        assertRefused(
                "name: !mine x\n", "the tag !mine is not supported in a configuration; leave it out (my.yaml:1:7)");
        assertThat(read("name: !!str 5\ndata: {train: a}\nseed: !!int \"7\"\n").seed())
                .isEqualTo(7);
    }

    @Test
    void characters_that_a_terminal_would_obey_are_escaped() {
        assertRefused("name: a\u0007\n", "not YAML: the character \\u0007 is not allowed (my.yaml:1:8)");
        assertRefused(LEAST + "\"a\\eb\": 1\n", "a\\u001bb: there is no such key (my.yaml:3:9)");
        assertRefused(LEAST + "seed: \"\\e[2J\"\n", "seed: \"\\u001b[2J\" is not a whole number (my.yaml:3:7)");
    }

    @Test
    void endless_nesting_is_refused() {
        assertRefused(
                "name: " + "[".repeat(100_000),
                "not a configuration: values are nested more than 20 deep (my.yaml:1:27)");
    }

    /** The nearest keys are not computed for each of them. */
    @Test
    void only_the_first_of_very_many_wrong_keys_are_reported() {
        StringBuilder yaml = new StringBuilder(LEAST);
        for (int i = 0; i < 100_000; i++) {
            yaml.append("k%d: 1%n".formatted(i));
        }
        GivenSettings given = GivenSettings.read(yaml.toString(), "my.yaml", List.of());
        assertThat(given.problems()).hasSize(50);
    }

    @Test
    void a_number_of_a_million_digits_is_refused() {
        assertThatThrownBy(() -> read(LEAST + "seed: " + "1".repeat(1_000_000)))
                .hasMessage("seed: %s… is not a whole number (my.yaml:3:7)".formatted("1".repeat(60)));
    }

    @Test
    void a_key_must_be_a_word() {
        assertRefused("? [a, b]\n: c\n", "[a, b] is not a key: a key is a word (my.yaml:1:3)");
    }

    @Test
    void a_file_too_large_for_a_configuration_is_not_read(@TempDir Path folder) throws IOException {
        String lines = "# of a comment\n".repeat(SmallFile.LIMIT / 15);
        String most = LEAST + lines.substring(0, SmallFile.LIMIT - LEAST.length());
        Path file = Files.writeString(folder.resolve("c.yaml"), most + "\n");
        assertThatThrownBy(() -> ConfigReader.read(file, List.of()))
                .isInstanceOf(HeedException.class)
                .hasMessage("%s has more than 2 MiB, which no file of its kind has; name another file", file);
        Files.writeString(file, most);
        assertThat(ConfigReader.read(file, List.of()).name()).isEqualTo("mine");
    }
}
