package io.heed.spark.training;

import static io.heed.spark.SparkProgram.spark;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import io.heed.run.RunCheckpoint;
import io.heed.spark.ClusterProcesses;
import io.heed.spark.LocalSpark;
import io.heed.spark.SparkProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

/** Rounds that fail or are lost. */
final class LostRoundsTest {

    @TempDir
    private Path folder;

    /** The files of a run that was saved but never evaluated. */
    private static final List<String> WHOLE = List.of(
            "lock", "config.yaml", "state.safetensors", "README.md", "config.json",
            "generation_config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json");

    private WorkerRuns runs;

    @BeforeEach
    void begin() {
        runs = new WorkerRuns(folder);
    }

    private static SparkContext context() {
        return LocalSpark.cluster().context().sc();
    }

    /** Spark gives up the tasks of a job that fails or is cancelled, but does not interrupt them. */
    @Test
    void a_worker_stops_when_its_round_is_given_up() throws IOException {
        AtomicInteger started = new AtomicInteger();
        SparkListener cancelling = new SparkListener() {
            private final Set<Integer> stages = new HashSet<>();

            @Override
            public void onJobStart(SparkListenerJobStart start) {
                if ("round 1".equals(start.properties().getProperty("spark.job.description"))) {
                    CollectionConverters.asJava(start.stageInfos()).forEach(stage -> stages.add(stage.stageId()));
                }
            }

            @Override
            public void onTaskStart(SparkListenerTaskStart start) {
                if (stages.contains(start.stageId()) && started.incrementAndGet() == 2) {
                    context().cancelAllJobs();
                }
            }
        };
        context().addSparkListener(cancelling);
        try {
            var config = runs.config(
                    "long", "distributed.workers=2", "training.steps=1000000", "distributed.inner_steps=1000000");
            assertThatThrownBy(() -> runs.train(WorkerRuns.spark(), config))
                    .isInstanceOf(HeedException.class)
                    .hasMessageMatching("a task on the cluster failed: .*cancelled.*");
        } finally {
            context().removeSparkListener(cancelling);
        }
        assertThat(started.get()).isEqualTo(2);
        ClusterProcesses.await(
                () -> Arrays.stream(context().statusTracker().getExecutorInfos())
                        .allMatch(executor -> executor.numRunningTasks() == 0),
                "the workers go on");
    }

    @Test
    void a_loss_that_is_not_finite_ends_the_run_at_the_last_round() throws IOException {
        runs.config("lost");
        SparkProgram.Ran ran = spark(
                "train", folder.resolve("lost.yaml").toString(), "--models", runs.models().toString(), "--workers", "2",
                "--inner-steps", "1", "--set", "training.optimizer=adamw", "--set", "training.learning_rate=10", "--set",
                "training.clip=0", "--set", "training.warmup_steps=0", "--set", "training.weight_decay=10", "--set", "training.evaluate_every=20", "--json");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err().lines()).hasSize(1);
        Matcher said = Pattern.compile("heed: step (\\d+): worker [01]: .* not finite.*; the state of step (\\d+) is saved: heed spark"
                        + " train --resume \\S+; .*")
                .matcher(ran.err().strip());
        assertThat(said.matches()).as(ran.err()).isTrue();
        int last = Integer.parseInt(said.group(1)) - 1;
        assertThat(said.group(2)).isEqualTo("" + last);
        RunCheckpoint saved = RunCheckpoint.read(runs.run("lost"));
        assertThat(saved.about().state().step()).isEqualTo(last);
        saved.tensors().forEach((name, array) -> {
            for (float number : array.floats()) {
                assertThat(number).as(name).isFinite();
            }
        });
        try (var files = Files.walk(runs.run("lost"))) {
            assertThat(files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()))
                    .as("nothing half written")
                    .containsExactlyInAnyOrderElementsOf(WHOLE);
        }
    }
}
