package io.heed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.checkpoint.TinyModels;
import io.heed.config.ConfigReader;
import io.heed.run.RunLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything that would keep a run from starting is reported at once, before it starts. */
class RunChecksTest {

    @TempDir
    private Path folder;

    private Path file;
    private Path text;

    @BeforeEach
    void write() throws IOException {
        text = Files.writeString(folder.resolve("text.txt"), "the cat sat\nthe dog ran\n".repeat(10));
        file = folder.resolve("my.yaml");
    }

    private RunChecks checks(boolean whole) {
        return new RunChecks(UnaryOperator.identity(), folder.resolve("models"), whole);
    }

    private List<String> problems(String yaml) throws IOException {
        Files.writeString(file, yaml);
        return checks(true).check(file, List.of()).problems();
    }

    private String right() {
        return """
                name: mine
                data: {train: %s, format: lines}
                model: {context: 8, width: 8, layers: 1, heads: 2}
                """.formatted(text);
    }

    @Test
    void a_correct_configuration_has_no_problems() throws IOException {
        assertThat(problems(right())).isEmpty();
        assertThat(folder.resolve("models")).as("a check leaves nothing").doesNotExist();
    }

    @Test
    void every_problem_is_reported_with_its_place() throws IOException {
        assertThat(problems("""
                        name: a/b
                        data:
                          train: [%1$s/one.txt, %1$s/text.txt, %1$s/two.txt]
                          validation: %1$s
                          format: pairs
                        model: {width: 10, heads: 3}
                        training: {steps: many}
                        tokenizer:
                          file: %1$s/none.json
                        """.formatted(folder)))
                .containsExactly(
                        "training.steps: many is not a whole number (%s:7:19)".formatted(file),
                        "model.heads: 3 does not divide width 10; each head takes an equal part (%s:6:27)"
                                .formatted(file),
                        "model.architecture: decoder-only does not fit data.format: pairs; give encoder-decoder (%s)"
                                .formatted(file),
                        "name: \"a/b\" is not the name of a folder; leave out /, \\, a leading dot and invisible characters,"
                                + " as in name: mine (%s:1:7)".formatted(file),
                        "data.train: %s/one.txt does not exist; name a text file in UTF-8 (%s:3:3)"
                                .formatted(folder, file),
                        "data.train: %s/two.txt does not exist; name a text file in UTF-8 (%s:3:3)"
                                .formatted(folder, file),
                        "tokenizer.file: %s/none.json does not exist; name a tokenizer.json (%s:9:9)"
                                .formatted(folder, file));
    }

    @Test
    void a_text_that_is_none_is_found_although_the_model_is_wrong_too() throws IOException {
        Files.write(text, new byte[] {'a', (byte) 0xff, 'b'});
        Files.writeString(file, right().replace("heads: 2", "heads: 3"));
        ConfigReader.Check check = checks(true).check(file, List.of());
        assertThat(check.problems()).hasSize(2);
        assertThat(check.problems().get(0)).startsWith("model.heads: 3 does not divide");
        assertThat(check.problems().get(1)).startsWith("data.train: " + text).contains("UTF-8");
        assertThat(check.skipped())
                .containsExactly("whether the texts have enough tokens for the context, since the model is wrong");
    }

    @Test
    void what_one_wrong_setting_hides_is_told() throws IOException {
        Files.writeString(file, right().replace("layers: 1", "layers: two").replace("heads: 2", "heads: 3"));
        ConfigReader.Check check = checks(true).check(file, List.of());
        assertThat(check.problems()).singleElement().asString().startsWith("model.layers: two is not a whole number");
        assertThat(check.skipped())
                .contains("whether the settings of the model fit together, since one of them is wrong");
    }

    @Test
    void a_folder_that_cannot_be_written_is_found() throws IOException {
        Path models = Files.createFile(folder.resolve("models"));
        assertThat(problems(right()))
                .containsExactly(
                        "name: cannot write %s/mine: %s is a file, not a folder; choose a folder that can be written (%s:1:7)"
                                .formatted(models, models, file));
    }

    @Test
    void a_file_that_is_not_a_tokenizer_is_found_although_the_text_is_missing_too() throws IOException {
        List<String> problems = problems("""
                name: mine
                data: {train: none.txt}
                tokenizer: {file: %s}
                """.formatted(text));
        assertThat(problems).hasSize(2);
        assertThat(problems.get(0)).startsWith("data.train: none.txt does not exist");
        assertThat(problems.get(1)).startsWith("tokenizer.file: " + text).endsWith(" (" + file + ":3:19)");
    }

    @Test
    void a_missing_base_model_is_found_although_the_text_is_missing_too() throws IOException {
        assertThat(problems("name: mine\ndata: {train: none.txt}\nmodel: {from: %s}\n".formatted(folder)))
                .containsExactly(
                        "model.from: %s is not a model folder: it has no config.json (%s:3:15)".formatted(folder, file),
                        "data.train: none.txt does not exist; name a text file in UTF-8 (%s:2:15)".formatted(file));
    }

    @Test
    void a_text_that_is_too_short_for_the_context_is_found() throws IOException {
        assertThat(problems(right().replace("lines", "stream").replace("context: 8", "context: 100")))
                .containsExactly(
                        "data.train: %s: the training part has 54 tokens, which must be more than the context of 100 (%s:2:15)"
                                .formatted(text, file)); // nine tenths of 60 words
    }

    @Test
    void a_validation_file_that_is_not_text_is_found_in_its_place() throws IOException {
        Path bad = Files.write(folder.resolve("bad.txt"), new byte[] {'a', (byte) 0xff});
        assertThat(problems(right().replace("format", "validation: " + bad + ", format")))
                .singleElement()
                .asString()
                .startsWith("data.validation: %s is not UTF-8 text: bad byte 0xff at offset 1 (".formatted(bad));
    }

    @Test
    void a_run_in_progress_under_that_name_is_found() throws IOException {
        try (RunLock lock = RunLock.take(folder.resolve("models/mine"))) {
            assertThat(problems(right()))
                    .containsExactly(
                            "name: %s/models/mine is being trained by a program; wait for it, or give this run another name (%s:1:7)"
                                    .formatted(folder, file));
        }
        assertThat(problems(right())).isEmpty();
    }

    @Test
    void a_model_that_a_run_would_replace_is_found() throws IOException {
        Path model = Files.createDirectories(folder.resolve("models/mine"));
        try (LanguageModel tiny = TinyModels.words()) {
            ModelFolder.write(model, tiny, "");
        }
        assertThat(problems(right()))
                .singleElement()
                .asString()
                .startsWith("name: %s already has a model (".formatted(model))
                .contains("replace it with heed train --overwrite");
    }

    @Test
    void unchecked_parts_are_reported() throws IOException {
        Files.writeString(text, "the cat sat on the mat\n".repeat(800_000)); // 18.4 MB
        Files.writeString(file, right());
        ConfigReader.Check check = checks(true).check(file, List.of("model.context=1000000", "data.format=stream"));
        assertThat(check.problems()).isEmpty();
        assertThat(check.skipped())
                .containsExactly("whether the texts, which are larger than 16 MiB, have enough tokens for the context");
    }

    @Test
    void a_run_is_refused_for_all_problems_at_once() throws IOException {
        Files.writeString(file, right());
        assertThatThrownBy(() -> checks(false).require(file, List.of("name=..", "data.train=none", "model.heads=3")))
                .isInstanceOf(HeedException.class)
                .satisfies(e -> {
                    assertThat(e.getMessage()).startsWith("model.heads: 3 does not divide");
                    assertThat(Arrays.stream(e.getSuppressed()).map(Throwable::getMessage))
                            .containsExactly(
                                    "name: \"..\" is not the name of a folder; leave out /, \\, a leading dot and invisible characters,"
                                            + " as in name: mine (--set name=..)",
                                    "data.train: none does not exist; name a text file in UTF-8 (--set data.train=none)");
                });
    }
}
