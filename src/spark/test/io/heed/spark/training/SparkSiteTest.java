package io.heed.spark.training;

import static io.heed.spark.training.WorkerRuns.spark;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Training by workers, in threads of this process, against training on one machine. */
final class SparkSiteTest {

    @TempDir
    private Path folder;

    private WorkerRuns runs;

    @BeforeEach
    void begin() {
        runs = new WorkerRuns(folder);
    }

    @ParameterizedTest
    @CsvSource({"5,float16", "7,float32", "100,float16"})
    void one_worker_without_momentum_trains_as_one_machine_does(int innerSteps, String wire) throws IOException {
        byte[] here = runs.train(TrainingSite.HERE, runs.config("here"));
        byte[] there = runs.train(
                spark(),
                runs.config(
                        "there",
                        "distributed.workers=1",
                        "distributed.inner_steps=" + innerSteps,
                        "distributed.wire=" + wire));
        assertThat(there).isEqualTo(here);
        if (innerSteps == 5) { // rounds that end where one machine evaluates
            assertThat(runs.run("there").resolve("training/metrics.csv"))
                    .hasSameTextualContentAs(runs.run("here").resolve("training/metrics.csv"));
        }
    }

    @Test
    void several_workers_give_the_same_bits_twice_and_other_bits_than_one() throws IOException {
        byte[] first = runs.train(spark(), runs.config("first", "distributed.workers=2"));
        assertThat(runs.train(spark(), runs.config("second", "distributed.workers=2"))).isEqualTo(first);
        assertThat(runs.train(spark(), runs.config("four", "distributed.workers=4"))).isNotEqualTo(first);
        assertThat(runs.run("second").resolve("training/metrics.csv"))
                .hasSameTextualContentAs(runs.run("first").resolve("training/metrics.csv"));
    }

    @Test
    void dropout_draws_the_same_whoever_else_draws() throws IOException {
        byte[] first = runs.train(spark(), runs.config("first", "distributed.workers=2", "model.dropout=0.2"));
        assertThat(runs.train(spark(), runs.config("second", "distributed.workers=2", "model.dropout=0.2")))
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
        RunConfig config = runs.config("due", "distributed.workers=2", "distributed.inner_steps=3", "training.checkpoint_every=5");
        runs.train(spark(), config, hearing, () -> false);
        assertThat(saved).containsExactly(6, 12, 15, 20);
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
        runs.train(spark(), runs.config("warm", "distributed.workers=2")); // makes the shards of the text
        runs.rounds.clear();
        LocalSpark.cluster().context().sc().addSparkListener(listener);
        Long[] parameters = new Long[1];
        Progress counting = new Progress() {
            @Override
            public void started(Start start) {
                parameters[0] = start.parameters();
            }

            @Override
            public void exchanged(Round round) {
                runs.rounds.add(round);
            }
        };
        RunConfig config = runs.config("sent", "distributed.workers=2", "training.optimizer=adamw", "distributed.wire=" + wire);
        runs.train(spark(), config, counting, () -> false);
        LocalSpark.cluster().context().sc().listenerBus().waitUntilEmpty();
        LocalSpark.cluster().context().sc().removeSparkListener(listener);
        long formula = 2 * wire.bytes(3 * parameters[0]); // weights and AdamW's two moments
        assertThat(runs.rounds).hasSize(4).allSatisfy(round -> {
            assertThat(round.bytesReceived()).isEqualTo(formula);
            assertThat(round.bytesSent()).isEqualTo(2 * 4 * parameters[0] * (round.round() == 1 ? 1 : 3)); // at first, zeros
        });
        assertThat(written.get()).isBetween(4 * formula, 4 * formula + 4 * 2 * 2 * 400); // some bytes about each message
    }

    /** At such a rate, activations overflow after some steps, before any weight does. */
    @Test
    void workers_skip_failed_steps_as_often_as_allowed() throws IOException {
        RunConfig config = runs.config(
                "exploding",
                "distributed.workers=2",
                "training.learning_rate=10",
                "training.muon_learning_rate=10",
                "training.weight_decay=10",
                "training.schedule=constant",
                "training.skip_limit=3",
                "training.steps=100");
        assertThatThrownBy(() -> runs.train(spark(), config))
                .isInstanceOf(HeedException.class)
                .hasMessageMatching("step \\d+: worker [01]: the (loss is|gradients are) not finite.*");
        assertThat(runs.warnings.stream().filter(warning -> warning.contains("was skipped")))
                .isNotEmpty()
                .allMatch(warning -> warning.matches("worker [01]: step \\d+ was skipped: .*\\([1-3] of at most 3 such steps\\)"))
                .anyMatch(warning -> warning.contains("(3 of at most 3 such steps)"));
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
        RunConfig config = runs.config("refused", overrides.split(",", -1));
        assertThatThrownBy(() -> runs.train(spark(), config)).isInstanceOf(HeedException.class).hasMessage(message);
        assertThat(runs.run("refused")).doesNotExist();
    }

    @Test
    void a_run_of_workers_is_not_for_one_machine() throws IOException {
        RunConfig config = runs.config("refused", "distributed.workers=2");
        assertThatThrownBy(() -> runs.train(TrainingSite.HERE, config))
                .isInstanceOf(HeedException.class)
                .hasMessage("distributed.workers: 2 workers need Spark; use heed spark train, or train anew on this machine alone with"
                        + " --set distributed.workers=0");
    }
}
