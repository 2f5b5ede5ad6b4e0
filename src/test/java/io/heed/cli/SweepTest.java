package io.heed.cli;

import static io.heed.cli.Program.assertMisused;
import static io.heed.cli.Program.heed;
import static org.assertj.core.api.Assertions.assertThat;

import io.heed.cli.Program.Ran;
import io.heed.text.toy.ToyCorpus;
import io.heed.text.toy.ToySentence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code heed sweep} and {@code heed train --find-learning-rate}, as a user gives them. */
class SweepTest {

    @TempDir
    private Path folder;

    private Path config;
    private Path models;

    @BeforeEach
    void write() throws IOException {
        Path text = folder.resolve("text.txt");
        Files.write(
                text,
                new ToyCorpus(1).training(120).stream().map(ToySentence::text).toList());
        config = Files.writeString(folder.resolve("run.yaml"), """
                name: tiny
                device: cpu
                data: {train: '%s', format: lines}
                model: {context: 32, width: 16, layers: 2, heads: 2}
                training: {steps: 20, batch: 8, evaluate_every: 10}
                """.formatted(text));
        models = folder.resolve("models");
    }

    private Ran run(String command, String... more) {
        List<String> words = new ArrayList<>(List.of(command, config.toString(), "--models", models.toString()));
        words.addAll(List.of(more));
        return heed(words.toArray(String[]::new));
    }

    private static JsonNode json(Ran ran) {
        return JsonMapper.shared().readTree(ran.out());
    }

    @Test
    void the_best_comes_first_and_is_told_as_options() {
        Ran ran = run("sweep", "--grid", "training.learning_rate=0.000001,0.01", "--steps", "10");
        List<String> lines = ran.out().lines().toList();
        assertThat(ran.code()).isZero();
        assertThat(lines.get(1)).startsWith("learning_rate=0.01 ");
        assertThat(lines.get(2)).startsWith("learning_rate=0.000001 ");
        assertThat(lines.get(3)).isEqualTo("best: --set training.learning_rate=0.01");
        assertThat(ran.err())
                .contains(
                        "1/2 learning_rate=0.000001: best validation loss",
                        "2/2 learning_rate=0.01: best validation loss");

        Ran again = run("sweep", "--grid", "training.learning_rate=0.000001,0.01", "--steps", "10", "--top", "1");
        assertThat(again.out().lines()).hasSize(3);
        assertThat(again.err()).contains("1/2", "2/2").doesNotContain("after 10 steps");
        String named = heed("runs", "tiny-sweep", "--models", models.toString()).out();
        assertThat(named)
                .isEqualTo(heed("runs", "--models", models.resolve("tiny-sweep").toString())
                        .out());
        assertThat(heed("runs", "--models", models.toString()).out())
                .contains("tiny-sweep has 2 runs: heed runs tiny-sweep");
        assertThat(heed("runs", "--models", models.resolve("tiny-sweep").toString())
                        .out()
                        .lines())
                .hasSize(3);
    }

    @Test
    void a_run_that_fails_says_so_in_its_row_and_stops_no_other() throws IOException {
        Path poor = Files.writeString(folder.resolve("poor.txt"), "a\n");
        Path good = folder.resolve("text.txt");
        Ran ran = run("sweep", "--grid", "data.train=%s,%s".formatted(poor, good));
        assertThat(ran.code()).isZero();
        assertThat(ran.out().lines().toList().get(1)).contains("complete");
        assertThat(ran.out().lines().toList().get(2)).contains("0 of 20", "failed: ");
        assertThat(run("sweep", "--grid", "data.train=" + poor).code()).isEqualTo(1);
    }

    @Test
    void tells_programs_the_same() {
        JsonNode told = json(run("sweep", "--grid", "seed=1,2", "--json"));
        assertThat(told.get("interrupted").asBoolean()).isFalse();
        assertThat(told.get("runs")).hasSize(2);
        assertThat(told.at("/runs/0/set")).isEqualTo(told.get("best"));
        assertThat(told.at("/runs/0/best_validation_loss").asDouble())
                .isLessThanOrEqualTo(told.at("/runs/1/best_validation_loss").asDouble());
        assertThat(told.at("/runs/0/failure").isNull()).isTrue();
    }

    @Test
    void command_lines_that_make_no_sense_are_refused() {
        assertMisused(run("sweep"), "--grid");
        assertMisused(run("sweep", "--grid", "seed=1", "--top", "0"), "--top 0");
        assertMisused(run("train", "--find-learning-rate", "--overwrite"), "--find-learning-rate");
    }

    @Test
    void a_test_of_rates_suggests_what_train_takes() {
        Ran ran = run("train", "--find-learning-rate");
        assertThat(ran.code()).isZero();
        assertThat(models).doesNotExist();
        List<String> lines = ran.out().lines().toList();
        assertThat(lines).anyMatch(line -> line.endsWith("learning_rate") && line.contains("1e-3"));
        String[] options = lines.get(lines.size() - 1).split(" ");
        assertThat(options).hasSize(4);
        assertThat(run("train", options).code()).isZero();

        JsonNode told = json(run("train", "--find-learning-rate", "--json", "--set", "training.optimizer=adamw"));
        assertThat(told.at("/points/0/smoothed_loss").asDouble())
                .isEqualTo(told.at("/points/0/loss").asDouble());
        assertThat(told.at("/suggestion/learning_rate").asDouble()).isPositive();
        assertThat(told.get("suggestion").has("muon_learning_rate")).isFalse();
        assertThat(told.at("/set/0").asString()).startsWith("training.learning_rate=");
    }
}
