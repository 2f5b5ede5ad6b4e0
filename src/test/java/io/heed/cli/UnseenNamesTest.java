package io.heed.cli;

import static io.heed.cli.Program.heed;
import static org.assertj.core.api.Assertions.assertThat;

import io.heed.cli.Program.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that would command the terminal or break a line are shown as they are spelled. */
class UnseenNamesTest {

    private static final String NASTY = "a\u001b[31mb\u009b2J\u202ec\nheed: d";

    @TempDir
    private Path folder;

    private Path config() throws IOException {
        Path text = Files.writeString(folder.resolve("text.txt"), "the cat sat on the mat .\n".repeat(30));
        return Files.writeString(folder.resolve("run.yaml"), """
                name: mine
                device: cpu
                data: {train: '%s', format: lines, validation_fraction: 0.1}
                model: {context: 16, width: 8, layers: 1, heads: 2}
                training: {steps: 2, batch: 4, evaluate_every: 2}
                """.formatted(text));
    }

    private static void assertSeen(String text) {
        assertThat(text.codePoints().filter(c -> (Character.isISOControl(c) && c != '\n') || c == 0x202e))
                .isEmpty();
        assertThat(text.lines()).noneMatch(line -> line.startsWith("heed: d"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "\u001b[31m", "a\u202eb", "a\tb", "..", ".", ".data", "a/b", "a\\b", "../a"})
    void a_run_has_a_name_that_can_be_seen(String name) throws IOException {
        Path models = folder.resolve("models");
        Ran ran = heed("train", config().toString(), "--models", models.toString(), "--set", "name=" + name);
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.errors()).hasSize(1);
        assertThat(ran.err()).startsWith("heed: name: ").contains("is not the name of a folder");
        assertSeen(ran.err());
        assertThat(models).doesNotExist();
    }

    @Test
    void folders_with_any_name_are_spelled_out() throws IOException {
        String nasty = folder.resolve(NASTY).toString();
        for (Ran ran : new Ran[] {
            heed("train", config().toString(), "--models", nasty),
            heed("train", config().toString(), "--models", nasty), // refused
            heed("runs", "--models", nasty),
            heed("runs", "--models", nasty + "/none"),
            heed("predict", nasty + "/mine", "the cat"),
            heed("predict", nasty + "/none", "the cat"),
            heed("evaluate", nasty + "/mine", folder.resolve("text.txt").toString()),
            heed("config", "--check", nasty),
            heed("train", nasty),
            heed("train", "--resume", nasty),
            heed("import", nasty, "--as", "other"),
            heed(nasty),
            heed("train", "--" + nasty),
            heed("train", config().toString(), "--set", nasty)
        }) {
            assertSeen(ran.out());
            assertSeen(ran.err());
        }
    }

    @Test
    void files_with_any_name_are_spelled_out_where_they_are_written() throws IOException {
        String nasty = folder.resolve(NASTY).toString();
        for (Ran ran : new Ran[] {
            heed("train", config().toString(), "--models", nasty),
            heed("explain", nasty + "/mine", "the cat", "--short", "--out", nasty + "/lesson.md"),
            heed("corpus", "--sentences", "10", "--out", nasty + "/text.txt", "--held-out", nasty + "/held-out.txt"),
            heed("tokenizer", "train", nasty + "/text.txt", "--out", nasty + "/tokenizer.json")
        }) {
            assertThat(ran.code()).as(ran.err()).isZero();
            assertSeen(ran.out());
            assertSeen(ran.err());
        }
    }

    @Test
    void a_model_card_stays_one_whatever_was_asked_for() throws IOException {
        String asked = "training.sample=the ```cat\n# x";
        Path models = folder.resolve("models");
        Ran ran = heed(
                "train",
                config().toString(),
                "--models",
                models.toString(),
                "--set",
                asked,
                "--set",
                "training.keep=false");
        assertThat(ran.code()).as(ran.err()).isZero();
        String card = Files.readString(models.resolve("mine/README.md"));
        assertThat(card.lines().filter(line -> line.startsWith("# "))).containsExactly("# mine");
        assertThat(card.lines().filter(line -> line.matches("`{4,}(yaml)?"))).containsExactly("````yaml", "````");
        assertThat(card).contains("It was made by ```` heed train ");
    }
}
