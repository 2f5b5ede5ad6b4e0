package io.heed.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import io.heed.config.ConfigReader;
import io.heed.config.RunConfig;
import io.heed.optimizer.WireFormat;
import io.heed.run.Progress;
import io.heed.spark.LocalSpark;
import io.heed.train.TrainingRun;
import io.heed.train.TrainingSite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Training by workers, in threads of this process, against training on one machine. */
final class SparkSiteTest {

    @TempDir
    private Path folder;

    private final List<Progress.Round> rounds = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final Progress progress = new Progress() {
        @Override
        public void exchanged(Round round) {
            rounds.add(round);
        }

        @Override
        public void warned(String sentence) {
            warnings.add(sentence);
        }
    };

    private static TrainingSite spark() {
        return new SparkSite(LocalSpark.cluster(), null, false);
    }

    private RunConfig config(String name, String... overrides) throws IOException {
        Path file = Files.writeString(folder.resolve(name + ".yaml"), """
                name: %s
                data: {train: data/toy.txt, format: lines, validation_fraction: 0.1}
                model: {context: 32, width: 16, layers: 2, heads: 2}
                training: {steps: 20, batch: 8, learning_rate: 0.01, warmup_steps: 2, evaluate_every: 10}
                distributed: {inner_steps: 5}
                """.formatted(name));
        return ConfigReader.read(file, List.of(overrides));
    }

    private byte[] train(TrainingSite site, RunConfig config, BooleanSupplier interrupted) throws IOException {
        TrainingRun.begin(site, config, "heed spark train", folder.resolve("models"), false, progress, interrupted);
        return model(config.name());
    }

    private byte[] train(TrainingSite site, RunConfig config) throws IOException {
        return train(site, config, () -> false);
    }

    private byte[] model(String name) throws IOException {
        return Files.readAllBytes(folder.resolve("models").resolve(name).resolve("model.safetensors"));
    }

    @ParameterizedTest
    @CsvSource({"5,float16", "7,float32", "100,float16"})
    void one_worker_without_momentum_trains_as_one_machine_does(int innerSteps, String wire) throws IOException {
        byte[] here = train(TrainingSite.HERE, config("here"));
        byte[] there = train(
                spark(),
                config(
                        "there",
                        "distributed.workers=1",
                        "distributed.outer_rate=1",
                        "distributed.outer_momentum=0",
                        "distributed.inner_steps=" + innerSteps,
                        "distributed.wire=" + wire));
        assertThat(there).isEqualTo(here);
        if (innerSteps == 5) { // rounds that end where one machine evaluates
            assertThat(folder.resolve("models/there/training/metrics.csv"))
                    .hasSameTextualContentAs(folder.resolve("models/here/training/metrics.csv"));
        }
    }

    @Test
    void several_workers_give_the_same_bits_twice_and_other_bits_than_one() throws IOException {
        byte[] first = train(spark(), config("first", "distributed.workers=2"));
        assertThat(train(spark(), config("second", "distributed.workers=2"))).isEqualTo(first);
        assertThat(train(spark(), config("four", "distributed.workers=4"))).isNotEqualTo(first);
        assertThat(folder.resolve("models/second/training/metrics.csv"))
                .hasSameTextualContentAs(folder.resolve("models/first/training/metrics.csv"));
    }

    @Test
    void dropout_draws_the_same_whoever_else_draws() throws IOException {
        byte[] first = train(spark(), config("first", "distributed.workers=2", "model.dropout=0.2"));
        assertThat(train(spark(), config("second", "distributed.workers=2", "model.dropout=0.2")))
                .isEqualTo(first);
    }

    @Test
    void checkpoints_come_with_the_first_round_after_they_are_due() throws IOException {
        List<Integer> saved = new ArrayList<>();
        Progress hearing = new Progress() {
            @Override
            public void saved(int step) {
                saved.add(step);
            }
        };
        RunConfig config = config("due", "distributed.workers=2", "distributed.inner_steps=3", "training.checkpoint_every=5");
        TrainingRun.begin(spark(), config, "", folder.resolve("models"), false, hearing, () -> false);
        assertThat(saved).containsExactly(6, 12, 15, 20);
    }

    @Test
    void an_interrupted_run_resumes_to_the_same_bits_and_leaves_one_set_of_states() throws IOException {
        byte[] whole = train(spark(), config("whole", "distributed.workers=2"));
        rounds.clear();
        train(spark(), config("parts", "distributed.workers=2"), () -> rounds.size() == 3);
        Path run = folder.resolve("models/parts");
        assertThat(run.resolve("training/workers")).isDirectoryContaining("glob:**/15");
        assertThat(run.resolve("training/workers/15")).isDirectoryContaining("glob:**/1.safetensors");
        TrainingRun.resume(spark(), run, List.of(), progress, () -> false);
        assertThat(model("parts")).isEqualTo(whole);
        assertThat(rounds).extracting(Progress.Round::round).containsExactly(1, 2, 3, 4);
        try (var steps = Files.list(run.resolve("training/workers"))) {
            assertThat(steps.map(step -> step.getFileName().toString())).containsExactly("20");
        }
    }

    @Test
    void a_run_whose_states_are_gone_is_not_resumed() throws IOException {
        train(spark(), config("parts", "distributed.workers=2"), () -> rounds.size() == 1);
        Path run = folder.resolve("models/parts");
        Files.delete(run.resolve("training/workers/5/1.safetensors"));
        assertThatThrownBy(() -> TrainingRun.resume(spark(), run, List.of(), progress, () -> false))
                .isInstanceOf(HeedException.class)
                .hasMessage("%s is missing, without which the run cannot be resumed; restore it, or start a new run"
                        .formatted(run.resolve("training/workers/5/1.safetensors")));
    }

    @ParameterizedTest
    @EnumSource
    void workers_send_as_many_bytes_as_the_formula_says(WireFormat wire) throws Exception {
        AtomicLong written = new AtomicLong();
        SparkListener listener = new SparkListener() {
            @Override
            public void onTaskEnd(SparkListenerTaskEnd end) {
                written.addAndGet(end.taskMetrics().shuffleWriteMetrics().bytesWritten());
            }
        };
        train(spark(), config("warm", "distributed.workers=2")); // makes the shards of the text
        rounds.clear();
        LocalSpark.cluster().context().sc().addSparkListener(listener);
        Long[] parameters = new Long[1];
        Progress counting = new Progress() {
            @Override
            public void started(Start start) {
                parameters[0] = start.parameters();
            }

            @Override
            public void exchanged(Round round) {
                rounds.add(round);
            }
        };
        RunConfig config = config("sent", "distributed.workers=2", "distributed.wire=" + wire);
        TrainingRun.begin(spark(), config, "", folder.resolve("models"), false, counting, () -> false);
        LocalSpark.cluster().context().sc().listenerBus().waitUntilEmpty();
        LocalSpark.cluster().context().sc().removeSparkListener(listener);
        long formula = 2 * wire.bytes(parameters[0]);
        assertThat(rounds).hasSize(4).allSatisfy(round -> {
            assertThat(round.bytesReceived()).isEqualTo(formula);
            assertThat(round.bytesSent()).isEqualTo(2 * 4 * parameters[0]);
        });
        assertThat(written.get()).isBetween(4 * formula, 4 * formula + 4 * 2 * 2 * 400); // some bytes about each message
    }

    @Test
    void a_loss_that_is_not_finite_ends_the_run_at_the_last_round() throws IOException {
        RunConfig config = config("lost", "distributed.workers=2", "training.optimizer=adamw", "training.learning_rate=10",
                "training.clip=0", "training.warmup_steps=0", "training.weight_decay=10");
        assertThatThrownBy(() -> train(spark(), config))
                .isInstanceOf(HeedException.class)
                .hasMessageMatching("(?s)step \\d+: worker [01]: .* not finite.*");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "distributed.workers=0 | the number of workers is missing; give it, as in --workers 2",
                "distributed.workers=3 | training.batch: 8 rows cannot be shared equally by 3 workers; take a multiple, such as 9",
                "distributed.workers=2,training.average=0.9 | training.average: 0.9 of weights is not kept across workers, whose outer step averages them; set it to 0",
            })
    void what_workers_cannot_do_is_refused(String overrides, String message) throws IOException {
        RunConfig config = config("refused", overrides.split(",", -1));
        assertThatThrownBy(() -> train(spark(), config)).isInstanceOf(HeedException.class).hasMessage(message);
        assertThat(folder.resolve("models/refused")).doesNotExist();
    }

    @Test
    void a_run_of_workers_is_not_for_one_machine() throws IOException {
        RunConfig config = config("refused", "distributed.workers=2");
        assertThatThrownBy(() -> train(TrainingSite.HERE, config))
                .isInstanceOf(HeedException.class)
                .hasMessage("distributed.workers: 2 workers need Spark; use heed spark train, or train anew on this machine alone with"
                        + " --set distributed.workers=0");
    }
}
