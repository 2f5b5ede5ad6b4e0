package io.heed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import io.heed.HeedException;
import io.heed.checkpoint.KeptModels;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.config.ConfigReader;
import io.heed.config.RunConfig;
import io.heed.run.Progress;
import io.heed.run.RunCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs of a tiny model. */
class TrainingRunTest {

    private static final int STEPS = 20;

    @TempDir
    private Path folder;

    private TinyRun tiny;

    @BeforeEach
    void write() throws IOException {
        tiny = new TinyRun(folder);
    }

    /** Records what it is told. */
    private static final class Told implements Progress {
        private final List<Start> starts = new ArrayList<>();
        private final List<Step> steps = new ArrayList<>();
        private final List<Double> losses = new ArrayList<>();
        private final List<Evaluation> evaluations = new ArrayList<>();
        private final List<String> warnings = new ArrayList<>();

        @Override
        public void warned(String sentence) {
            warnings.add(sentence);
        }

        @Override
        public void started(Start start) {
            starts.add(start);
        }

        @Override
        public void stepped(Step step) {
            steps.add(step);
            losses.add(step.loss().getAsDouble());
        }

        @Override
        public void evaluated(Evaluation evaluation, LanguageModel model) {
            evaluations.add(evaluation);
        }
    }

    private final Told told = new Told();

    private RunConfig config(String name, String... overrides) throws IOException {
        return tiny.config(name, overrides);
    }

    private TrainingRun.Result run(RunConfig config, BooleanSupplier interrupted) {
        return TrainingRun.begin(config, "heed train run.yaml", tiny.models(), true, told, interrupted);
    }

    private byte[] weights(String name, String... overrides) throws IOException {
        TrainingRun.Result result = run(config(name, overrides), () -> false);
        return Files.readAllBytes(result.folder().resolve("model.safetensors"));
    }

    @Test
    void the_same_seed_gives_the_same_weights_to_the_last_bit() throws IOException {
        assertThat(weights("one")).isEqualTo(weights("two"));
    }

    @Test
    void the_same_seed_drops_the_same_activations() throws IOException {
        byte[] one = weights("one", "model.dropout=0.3");
        assertThat(weights("two", "model.dropout=0.3")).isEqualTo(one).isNotEqualTo(weights("none"));
    }

    @Test
    void another_seed_gives_other_weights() throws IOException {
        assertThat(weights("one")).isNotEqualTo(weights("two", "seed=2"));
    }

    @Test
    void the_loss_starts_at_that_of_guessing_and_falls() throws IOException {
        run(config("mine"), () -> false);
        double guessing = Math.log(told.starts.get(0).vocabulary()); // all tokens equally likely: −ln(1/V)
        assertThat(told.losses.get(0)).isEqualTo(guessing, within(.3));
        assertThat(told.evaluations.get(1).validationLoss()).isLessThan(guessing - .5);
        assertThat(told.evaluations.get(1).trainingLoss())
                .isLessThan(told.evaluations.get(0).trainingLoss());
    }

    @Test
    void the_model_of_each_evaluation_is_kept_if_asked_for() throws IOException {
        Path run = run(config("mine", "training.keep=true"), () -> false).folder();
        assertThat(KeptModels.of(run)).extracting(KeptModels.Kept::step).containsExactly(10, 20);
        assertThat(Files.mismatch(
                        KeptModels.at(run, 20).resolve("model.safetensors"),
                        run.resolve("training/latest/model.safetensors")))
                .isEqualTo(-1);
        assertThat(Files.mismatch(
                        KeptModels.at(run, 10).resolve("model.safetensors"),
                        run.resolve("training/latest/model.safetensors")))
                .isNotEqualTo(-1);
    }

    @Test
    void models_kept_by_an_earlier_run_are_not_mixed_with_those_of_a_later_one() throws IOException {
        run(config("mine", "training.keep=true"), () -> false);
        Path run = run(config("mine", "training.keep=true", "training.evaluate_every=20"), () -> false)
                .folder();
        assertThat(KeptModels.of(run)).extracting(KeptModels.Kept::step).containsExactly(20);
    }

    @Test
    void a_run_that_kept_none_says_how_to_keep_them() throws IOException {
        Path run = run(config("mine"), () -> false).folder();
        assertThatThrownBy(() -> KeptModels.of(run)).hasMessageContaining("--set training.keep=true");
    }

    @Test
    void each_step_and_each_evaluation_is_reported() throws IOException {
        run(config("mine"), () -> false);
        assertThat(told.starts).hasSize(1);
        assertThat(told.steps)
                .extracting(Progress.Step::step)
                .startsWith(1, 2, 3)
                .hasSize(STEPS);
        assertThat(told.evaluations).extracting(Progress.Evaluation::step).containsExactly(10, 20);
    }

    @Test
    void the_training_loss_of_an_evaluation_is_the_mean_of_the_steps_since_the_last() throws IOException {
        run(config("mine"), () -> false);
        double mean = told.losses.subList(10, 20).stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElseThrow();
        assertThat(told.evaluations.get(1).trainingLoss()).isEqualTo(mean, within(1e-12));
    }

    @Test
    void the_metrics_have_every_evaluation() throws IOException {
        TrainingRun.Result result = run(config("mine"), () -> false);
        List<String> rows = Files.readAllLines(result.folder().resolve("training/metrics.csv"));
        assertThat(rows.get(0)).startsWith("step,training_loss,validation_loss,");
        assertThat(rows).hasSize(1 + told.evaluations.size());
        for (int i = 0; i < told.evaluations.size(); i++) {
            String[] cells = rows.get(1 + i).split(",", -1);
            assertThat(cells).hasSameSizeAs(rows.get(0).split(",", -1));
            assertThat(cells[0])
                    .isEqualTo(String.valueOf(told.evaluations.get(i).step()));
            assertThat(Double.parseDouble(cells[2]))
                    .isEqualTo(told.evaluations.get(i).validationLoss(), within(1e-6));
        }
    }

    @Test
    void the_configuration_beside_the_model_is_that_of_the_run() throws IOException {
        RunConfig config = config("mine", "seed=9");
        TrainingRun.Result result = run(config, () -> false);
        assertThat(ConfigReader.read(result.folder().resolve("training/config.yaml"), List.of()))
                .isEqualTo(config);
    }

    @Test
    void the_best_and_the_latest_model_can_be_read() throws IOException {
        TrainingRun.Result result = run(config("mine"), () -> false);
        for (Path model : List.of(result.folder(), result.folder().resolve("training/latest"))) {
            try (LanguageModel read = ModelFolder.read(model, Device.cpu())) {
                assertThat(read.context()).isEqualTo(32);
            }
        }
    }

    @Test
    void an_interrupted_run_ends_after_its_step_and_saves() throws IOException {
        TrainingRun.Result result = run(config("mine"), () -> told.steps.size() == 3);
        assertThat(result.interrupted()).isTrue();
        assertThat(result.steps()).isEqualTo(3);
        assertThat(told.evaluations).isEmpty();
        try (LanguageModel read = ModelFolder.read(result.folder(), Device.cpu())) {
            assertThat(read.tokenizer().vocabulary().id("cat")).isPresent();
        }
    }

    @Test
    void more_workers_than_tensors_are_allowed() throws IOException {
        String[] many = {"training.workers=64", "training.batch=64", "training.steps=2", "model.layers=1"};
        assertThat(run(config("mine", many), () -> false).steps()).isEqualTo(2);
    }

    @Test
    void the_number_of_workers_does_not_change_the_result() throws IOException {
        run(config("one", "training.workers=1"), () -> false);
        run(config("three", "training.workers=3"), () -> false);
        assertThat(told.evaluations.get(3).validationLoss())
                .isEqualTo(told.evaluations.get(1).validationLoss(), within(1e-4));
    }

    @Test
    void a_model_of_an_earlier_run_stays_until_the_new_run_is_complete() throws IOException {
        byte[] earlier = weights("mine");
        Path file = folder.resolve("models/mine/model.safetensors");
        run(config("mine", "seed=2"), () -> told.steps.size() > STEPS + 2);
        assertThat(Files.readAllBytes(file)).isEqualTo(earlier);
        run(config("mine", "seed=2"), () -> false);
        assertThat(Files.readAllBytes(file)).isNotEqualTo(earlier);
    }

    @Test
    void a_run_that_has_taken_its_last_step_was_not_interrupted() throws IOException {
        TrainingRun.Result result = run(config("mine"), () -> told.steps.size() == STEPS);
        assertThat(result.steps()).isEqualTo(STEPS);
        assertThat(result.interrupted()).isFalse();
    }

    @Test
    void a_folder_that_cannot_be_written_is_found_before_any_step() throws IOException {
        Path file = Files.writeString(folder.resolve("models"), "a file where the folder should be");
        RunConfig config = config("mine");
        assertThatThrownBy(() -> run(config, () -> false))
                .isInstanceOf(HeedException.class)
                .hasMessageContaining(file.toString());
        assertThat(told.steps).isEmpty();
    }

    @Test
    void a_text_that_is_missing_is_named_and_no_folder_is_left() throws IOException {
        RunConfig config = config("mine", "data.train=" + folder.resolve("missing.txt"));
        assertThatThrownBy(() -> run(config, () -> false))
                .isInstanceOf(HeedException.class)
                .hasMessageContaining("missing.txt does not exist");
        assertThat(folder.resolve("models/mine")).doesNotExist();
    }

    @Test
    void of_the_models_it_keeps_a_run_leaves_the_latest() throws IOException {
        String[] often = {"training.keep=true", "training.keep_limit=2", "training.evaluate_every=4"};
        Path run = run(config("mine", often), () -> false).folder();
        assertThat(KeptModels.of(run)).extracting(KeptModels.Kept::step).containsExactly(16, 20);
    }

    @Test
    void gradients_of_four_small_batches_equal_those_of_a_large_one() throws IOException {
        String[] alike = {"training.optimizer=adamw", "training.evaluate_every=5"};
        run(config("large", with(alike, "training.batch=32")), () -> false);
        run(config("small", with(alike, "training.batch=8", "training.accumulate=4")), () -> false);
        for (int i = 0; i < 4; i++) {
            Progress.Evaluation large = told.evaluations.get(i);
            Progress.Evaluation small = told.evaluations.get(4 + i);
            assertThat(small.trainingLoss()).isEqualTo(large.trainingLoss(), within(1e-5));
            assertThat(small.validationLoss()).isEqualTo(large.validationLoss(), within(1e-5));
        }
    }

    private static String[] with(String[] some, String... more) {
        return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void a_part_of_the_validation_text_is_much_like_the_whole() throws IOException {
        run(config("whole"), () -> false);
        run(config("part", "training.evaluate_tokens=40"), () -> false);
        run(config("enough", "training.evaluate_tokens=1000000"), () -> false);
        double whole = told.evaluations.get(1).validationLoss();
        assertThat(told.evaluations.get(5).validationLoss()).isEqualTo(whole);
        assertThat(told.evaluations.get(3).validationLoss()).isNotEqualTo(whole).isEqualTo(whole, within(.5));
    }

    /** Weights grow a hundredfold each step, until the squares in a norm are infinite. */
    private static final String[] EXPLODING = {
        "training.weight_decay=10",
        "training.learning_rate=10",
        "training.muon_learning_rate=10",
        "training.schedule=constant"
    };

    @Test
    void a_step_that_is_not_finite_ends_the_run_before_it_reaches_the_weights() throws IOException {
        RunConfig exploding = config("mine", EXPLODING);
        assertThatThrownBy(() -> run(exploding, () -> false))
                .isInstanceOf(HeedException.class)
                .hasMessageMatching(
                        "step \\d+: the (loss is|gradients are) not finite; .*the largest activation .* \\(\\S+\\);"
                                + " the state of step \\d+ is saved.*")
                .hasMessageContainingAll("--resume", "training.learning_rate");
        int taken = told.steps.size();
        RunCheckpoint kept = RunCheckpoint.read(tiny.models().resolve("mine"));
        assertThat(kept.about().state().step()).isEqualTo(taken);
        kept.tensors().forEach((name, tensor) -> {
            for (float value : tensor.floats()) {
                assertThat(value).as(name).isFinite();
            }
        });
    }

    @Test
    void failed_steps_are_skipped_as_often_as_allowed() throws IOException {
        RunConfig exploding = config("mine", with(EXPLODING, "training.skip_limit=3", "training.steps=100"));
        assertThatThrownBy(() -> run(exploding, () -> false)).hasMessageContaining("not finite");
        assertThat(told.warnings.stream().filter(warning -> warning.contains("was skipped")))
                .hasSize(3)
                .last()
                .asString()
                .contains("(3 of at most 3 such steps)");
    }

    @Test
    void what_a_step_does_to_each_layer_is_measured() throws IOException {
        run(config("mine"), () -> false);
        for (Progress.Evaluation evaluation : told.evaluations) {
            assertThat(evaluation.layers())
                    .extracting(Progress.Layer::name)
                    .containsExactlyInAnyOrder("the embedding", "layer 0", "layer 1", "the final norm");
            double squares = evaluation.layers().stream()
                    .mapToDouble(layer -> layer.gradientNorm() * layer.gradientNorm())
                    .sum();
            assertThat(Math.sqrt(squares)) // after clipping to one
                    .isEqualTo(Math.min(1, evaluation.gradientNorm()), within(1e-4));
            assertThat(evaluation.layers())
                    .allSatisfy(layer -> assertThat(layer.updateRatio()).isBetween(1e-5, .5));
        }
    }

    @Test
    void the_models_weights_are_the_moving_average_if_there_is_one() throws IOException {
        byte[] plain = weights("plain");
        byte[] mean = weights("mean", "training.average=0.9");
        assertThat(mean).isNotEqualTo(plain);
        assertThat(told.evaluations.get(3).trainingLoss()) // training itself is the same
                .isEqualTo(told.evaluations.get(1).trainingLoss());
    }
}
