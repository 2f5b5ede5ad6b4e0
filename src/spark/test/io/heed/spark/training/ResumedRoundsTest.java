package io.heed.spark.training;

import static io.heed.spark.training.WorkerRuns.spark;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import io.heed.config.RunConfig;
import io.heed.run.Progress;
import io.heed.text.DataProgress;
import io.heed.text.corpus.Corpus;
import io.heed.train.TrainingSite;
import io.heed.train.TrainingSteps;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
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
    void an_interrupted_run_resumes_to_the_same_bits_and_leaves_one_set_of_states() throws IOException {
        byte[] whole = runs.train(spark(), runs.config("whole", "distributed.workers=2"));
        interrupted("parts", 3, "distributed.workers=2");
        assertThat(runs.statesOf("parts")).containsExactly("15");
        assertThat(runs.run("parts").resolve("training/workers/15")).isDirectoryContaining("glob:**/1.safetensors");
        assertThat(runs.resume(spark(), "parts")).isEqualTo(whole);
        assertThat(runs.rounds).extracting(Progress.Round::round).containsExactly(1, 2, 3, 4);
        assertThat(runs.statesOf("parts")).containsExactly("20");
    }

    @Test
    void a_run_whose_states_are_gone_is_not_resumed() throws IOException {
        interrupted("parts", 1, "distributed.workers=2");
        Path missing = runs.run("parts").resolve("training/workers/5/1.safetensors");
        Files.delete(missing);
        assertThatThrownBy(() -> runs.resume(spark(), "parts"))
                .isInstanceOf(HeedException.class)
                .hasMessage("%s is missing, without which the run cannot be resumed; restore it, or start a new run", missing);
    }

    /** As when the driver is killed between the two: the states are those of a step that no checkpoint names. */
    @Test
    void states_without_their_checkpoint_are_replaced() throws IOException {
        byte[] whole = runs.train(spark(), runs.config("whole", "distributed.workers=2"));
        RunConfig config = runs.config("killed", "distributed.workers=2", "training.checkpoint_every=5");
        assertThatThrownBy(() -> runs.train(new KilledSite(spark(), 15), config)).hasMessage("killed");
        assertThat(runs.statesOf("killed")).containsExactly("10", "15");
        runs.rounds.clear();
        assertThat(runs.resume(spark(), "killed")).isEqualTo(whole);
        assertThat(runs.rounds).extracting(Progress.Round::step).containsExactly(15, 20);
        assertThat(runs.statesOf("killed")).containsExactly("20");
    }

    /** Workers here, until their states at a step were written. */
    private record KilledSite(TrainingSite site, int step) implements TrainingSite {

        @Override
        public void require(RunConfig config) {
            site.require(config);
        }

        @Override
        public Corpus corpus(RunConfig config, Corpus.@Nullable GivenTokenizer given, Path cache, DataProgress progress) {
            return site.corpus(config, given, cache, progress);
        }

        @Override
        public TrainingSteps steps(Start start) {
            TrainingSteps steps = site.steps(start);
            return (TrainingSteps) Proxy.newProxyInstance(
                    TrainingSteps.class.getClassLoader(), new Class<?>[] {TrainingSteps.class}, (proxy, method, arguments) -> {
                        Object result = method.invoke(steps, arguments);
                        if (method.getName().equals("saving") && steps.taken() == step) {
                            throw new IllegalStateException("killed");
                        }
                        return result;
                    });
        }
    }

    /** One worker trains as one machine does in rounds of any length, so what it reaches is known. */
    @ParameterizedTest
    @CsvSource({"distributed.inner_steps, 5, 3", "training.steps, 20, 30"})
    void a_run_resumes_with_other_rounds_and_more_steps(String key, String before, String now) throws IOException {
        String[] one = {"distributed.workers=1", "distributed.outer_momentum=0", "training.schedule=constant"};
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
    void a_run_is_not_resumed_with_other_workers_or_fewer_steps_than_it_took() throws IOException {
        interrupted("parts", 2, "distributed.workers=2");
        Path run = runs.run("parts");
        assertThatThrownBy(() -> runs.resume(spark(), "parts", "distributed.workers=4"))
                .isInstanceOf(HeedException.class)
                .hasMessage(
                        "%s cannot be resumed with distributed.workers: 4 instead of 2; leave that out, or start a new run under another name",
                        run);
        assertThatThrownBy(() -> runs.resume(spark(), "parts", "training.steps=5"))
                .isInstanceOf(HeedException.class)
                .hasMessage("training.steps: 5 is less than the 10 steps that %s has taken; give at least that many", run);
        assertThat(runs.statesOf("parts")).containsExactly("10");
    }
}
