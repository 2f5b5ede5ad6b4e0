package io.heed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import io.heed.config.Grid;
import io.heed.run.PastRun;
import io.heed.run.Progress;
import io.heed.train.sweep.Sweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sweeps of a tiny run. */
class SweepTest {

    @TempDir
    private Path folder;

    private TinyRun tiny;
    private final List<Integer> steps = new ArrayList<>();
    private final Progress counting = new Progress() {
        @Override
        public void stepped(Step step) {
            steps.add(step.step());
        }
    };

    @BeforeEach
    void write() throws IOException {
        tiny = new TinyRun(folder);
    }

    private Sweep plan(String name, List<String> overrides, String... grid) throws IOException {
        return Sweep.plan(tiny.file(name), overrides, Grid.of(List.of(grid)), config -> config, tiny.models());
    }

    private void train(Sweep sweep, BooleanSupplier interrupted) {
        for (Sweep.Run run : sweep.runs()) {
            if (!run.isComplete() && !interrupted.getAsBoolean()) {
                run.train("heed train", counting, interrupted);
            }
        }
    }

    @Test
    void an_interrupted_sweep_ends_like_one_that_was_not_interrupted() throws IOException {
        String[] grid = {"training.optimizer=adamw,muon", "training.batch=4,8"};
        Sweep whole = plan("whole", List.of(), grid);
        train(whole, () -> false);
        assertThat(steps).hasSize(4 * 20);
        steps.clear();
        Sweep parts = plan("parts", List.of(), grid);
        train(parts, () -> steps.size() >= 27); // in the second run
        train(plan("parts", List.of(), grid), () -> false);
        assertThat(steps).hasSize(4 * 20);
        for (int i = 0; i < 4; i++) {
            Path model = whole.runs().get(i).folder().resolve("model.safetensors");
            assertThat(parts.runs().get(i).folder().resolve("model.safetensors"))
                    .hasSameBinaryContentAs(model);
            assertThat(parts.runs().get(i).past().state()).isEqualTo(PastRun.State.COMPLETE);
        }
    }

    @Test
    void more_values_leave_complete_runs_alone() throws IOException {
        train(plan("mine", List.of(), "training.batch=4"), () -> false);
        steps.clear();
        Sweep more = plan("mine", List.of(), "training.batch=2,4");
        assertThat(more.runs()).extracting(Sweep.Run::isComplete).containsExactly(false, true);
        assertThat(PastRun.in(more.folder())).containsExactly(more.runs().get(1).folder());
    }

    @Test
    void a_run_that_ran_out_of_patience_is_complete() throws IOException {
        List<String> worse = List.of(
                "training.patience=2",
                "training.evaluate_every=1",
                "training.muon_learning_rate=1",
                "training.steps=40");
        Sweep sweep = plan("mine", worse, "training.learning_rate=1");
        train(sweep, () -> false);
        assertThat(steps.size()).isLessThan(40);
        assertThat(sweep.runs().get(0).isComplete()).isTrue();
        assertThat(sweep.runs().get(0).past().state()).isEqualTo(PastRun.State.COMPLETE);
    }

    @Test
    void a_folder_with_another_run_is_refused_before_anything_is_trained() throws IOException {
        train(plan("mine", List.of(), "training.batch=4"), () -> false);
        assertThatThrownBy(() -> plan("mine", List.of("training.steps=30"), "training.batch=4,8"))
                .isInstanceOf(HeedException.class)
                .hasMessageContainingAll(
                        "batch=4 was trained with another configuration",
                        "training.steps: 30 instead of 20",
                        "--set name=");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "training.batch=8,0; training.batch: 0 is less than 1",
                "training.batch=8,x; training.batch: x is not a whole number",
                "model.heads=2,3; model.heads: 3 does not divide width 16",
                "data.train=nowhere.txt; nowhere.txt"
            })
    void wrong_values_are_found_before_anything_is_trained(String grid, String what) throws IOException {
        assertThatThrownBy(() -> plan("mine", List.of(), grid))
                .isInstanceOf(HeedException.class)
                .hasMessageContaining(what);
        assertThat(tiny.models()).doesNotExist();
    }

    @Test
    void a_key_has_its_values_from_one_place() throws IOException {
        assertThatThrownBy(() -> plan("mine", List.of("seed=3"), "seed=1,2"))
                .isInstanceOf(HeedException.class)
                .hasMessageContainingAll("seed", "--grid", "seed=3");
    }

    @Test
    void names_that_lead_elsewhere_are_refused() throws IOException {
        assertThatThrownBy(() -> plan("mine", List.of("name=../mine"), "seed=1,2"))
                .isInstanceOf(HeedException.class)
                .hasMessageContaining("../mine");
        assertThat(Files.exists(folder.resolve("mine-sweep"))).isFalse();
    }
}
