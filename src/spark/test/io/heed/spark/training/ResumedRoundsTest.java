package io.heed.spark.training;

import static io.heed.spark.training.WorkerRuns.spark;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.AtomicFile;
import io.heed.HeedException;
import io.heed.checkpoint.Safetensors;
import io.heed.run.Progress;
import io.heed.train.TrainingSite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs of workers that stop and are resumed. */
final class ResumedRoundsTest {

    @TempDir
    private Path folder;

    private WorkerRuns runs;

    @BeforeEach
    void begin() {
        runs = new WorkerRuns(folder);
    }

    /** Makes a run that is interrupted after some rounds. */
    private void interrupted(String name, int rounds, String... overrides) throws IOException {
        runs.rounds.clear();
        runs.train(spark(), runs.config(name, overrides), () -> runs.rounds.size() == rounds);
    }

    @Test
    void an_interrupted_run_resumes_to_the_same_bits() throws IOException {
        String[] settings = {"distributed.workers=2", "distributed.outer_momentum=0.5"};
        byte[] whole = runs.train(spark(), runs.config("whole", settings));
        interrupted("parts", 3, settings);
        assertThat(runs.resume(spark(), "parts")).isEqualTo(whole);
        assertThat(runs.rounds).extracting(Progress.Round::round).containsExactly(1, 2, 3, 4);
    }

    @Test
    void a_run_resumes_with_other_workers() throws IOException {
        interrupted("parts", 2, "distributed.workers=2");
        runs.resume(spark(), "parts", "distributed.workers=4");
        assertThat(runs.warnings).contains("the run continues with distributed.workers: 4 instead of 2");
        assertThat(runs.rounds).extracting(Progress.Round::workers).containsExactly(2, 2, 4, 4);
    }

    /** As an earlier version wrote it. */
    @Test
    void a_state_without_what_optimizers_keep_is_not_resumed() throws IOException {
        interrupted("parts", 1, "distributed.workers=2");
        Path file = runs.run("parts").resolve("training/state.safetensors");
        Safetensors.Content content = Safetensors.open(file);
        var tensors = new LinkedHashMap<>(content.tensors());
        assertThat(tensors.remove("workers.memory")).isNotNull();
        AtomicFile.write(file, out -> Safetensors.write(out, tensors, content.metadata()));
        assertThatThrownBy(() -> runs.resume(spark(), "parts"))
                .isInstanceOf(HeedException.class)
                .hasMessage("the state of %s lacks what the workers' optimizers keep; start a new run", runs.run("parts"));
    }

    /** One worker trains as one machine does in rounds of any length, so what it reaches is known. */
    @ParameterizedTest
    @CsvSource({"distributed.inner_steps, 5, 3", "training.steps, 20, 30"})
    void a_run_resumes_with_other_rounds_and_more_steps(String key, String before, String now) throws IOException {
        String[] one = {"distributed.workers=1", "training.schedule=constant"};
        interrupted("parts", 2, one);
        byte[] resumed = runs.resume(spark(), "parts", key + "=" + now);
        assertThat(runs.warnings).contains("the run continues with %s: %s instead of %s".formatted(key, now, before));
        assertThat(runs.rounds)
                .extracting(Progress.Round::step)
                .containsExactly(
                        key.equals("training.steps") ? new Integer[] {5, 10, 15, 20, 25, 30} : new Integer[] {5, 10, 13, 16, 19, 20});
        String steps = "training.steps=" + (key.equals("training.steps") ? now : "20");
        assertThat(resumed).isEqualTo(runs.train(TrainingSite.HERE, runs.config("here", "training.schedule=constant", steps)));
    }

    @Test
    void a_run_is_not_resumed_without_workers_or_with_fewer_steps_than_it_took() throws IOException {
        interrupted("parts", 2, "distributed.workers=2");
        Path run = runs.run("parts");
        assertThatThrownBy(() -> runs.resume(spark(), "parts", "distributed.workers=0"))
                .isInstanceOf(HeedException.class)
                .hasMessage(
                        "%s cannot be resumed with distributed.workers: 0 instead of 2; leave that out, or start a new run under another name",
                        run);
        assertThatThrownBy(() -> runs.resume(spark(), "parts", "training.steps=5"))
                .isInstanceOf(HeedException.class)
                .hasMessage("training.steps: 5 is less than the 10 steps that %s has taken; give at least that many", run);
    }
}
