package io.heed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.heed.HeedException;
import io.heed.checkpoint.KeptModels;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.run.LossCurve;
import io.heed.run.PastRun;
import io.heed.run.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that stop and resume equal, to the last bit, runs that did not stop. */
class ResumeTest {

    private static final int STEPS = 24;

    @TempDir
    private Path folder;

    private TinyRun tiny;
    private final Told told = new Told();

    /** Counts steps, and records warnings. */
    private static final class Told implements Progress {
        private int steps;
        private String arithmetic = "";
        private final List<String> warnings = new ArrayList<>();

        @Override
        public void started(Start start) {
            arithmetic = start.arithmetic();
        }

        @Override
        public void stepped(Step step) {
            steps = step.step();
        }

        @Override
        public void warned(String sentence) {
            warnings.add(sentence);
        }
    }

    @BeforeEach
    void write() throws IOException {
        tiny = new TinyRun(folder);
    }

    private TrainingRun.Result begin(String name, BooleanSupplier interrupted, String... overrides) throws IOException {
        return begin(name, false, interrupted, overrides);
    }

    private TrainingRun.Result begin(String name, boolean overwrite, BooleanSupplier interrupted, String... overrides)
            throws IOException {
        List<String> all = new ArrayList<>(List.of("training.steps=" + STEPS, "training.evaluate_every=5"));
        all.addAll(List.of(overrides));
        told.steps = 0;
        return TrainingRun.begin(
                tiny.config(name, all.toArray(String[]::new)),
                "heed train",
                tiny.models(),
                overwrite,
                told,
                interrupted);
    }

    private TrainingRun.Result overwrite(String name, BooleanSupplier interrupted, String... overrides)
            throws IOException {
        return begin(name, true, interrupted, overrides);
    }

    private TrainingRun.Result resume(String name, BooleanSupplier interrupted, String... overrides) {
        return TrainingRun.resume(tiny.models().resolve(name), List.of(overrides), told, interrupted);
    }

    /** The files of a run that depend only on its configuration. */
    private List<String> sums(String name) throws IOException, NoSuchAlgorithmException {
        List<String> sums = new ArrayList<>();
        for (String file : List.of("model.safetensors", "training/latest/model.safetensors", "training/metrics.csv")) {
            byte[] bytes = Files.readAllBytes(tiny.models().resolve(name).resolve(file));
            sums.add(HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        }
        return sums;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "training.optimizer=muon",
                "training.optimizer=adamw",
                "model.dropout=0.3",
                "training.average=0.9",
                "training.accumulate=3",
                "data.format=stream",
                "training.label_smoothing=0.1"
            })
    void ten_random_steps_at_which_a_run_is_interrupted_leave_no_trace(String setting) throws Exception {
        begin("whole", () -> false, setting);
        Random random = new Random(7);
        boolean first = true;
        int step = 0;
        for (int time = 0; time < 10; time++) {
            int until = step + 1 + random.nextInt(2);
            TrainingRun.Result result = first
                    ? begin("parts", () -> told.steps == until, setting)
                    : resume("parts", () -> told.steps == until);
            assertThat(result.interrupted()).isTrue();
            assertThat(result.steps()).isEqualTo(until);
            first = false;
            step = until;
        }
        TrainingRun.Result result = resume("parts", () -> false);
        assertThat(result.ending()).isEqualTo(TrainingRun.Ending.COMPLETE);
        assertThat(result.steps()).isEqualTo(STEPS);
        assertThat(sums("parts")).isEqualTo(sums("whole"));
    }

    /** What would be chosen now, on this machine or another, does not count. */
    @Test
    @DisabledIfEnvironmentVariable(named = "HEED_BFLOAT16", matches = ".+", disabledReason = "it overrides the choice")
    void a_run_multiplies_as_it_began() throws IOException {
        begin("begun", () -> told.steps == 5, "precision=bfloat16");
        assertThat(told.arithmetic).isEqualTo("bfloat16");
        resume("begun", () -> told.steps == 10, "precision=auto");
        assertThat(told.arithmetic).isEqualTo("bfloat16");
        resume("begun", () -> false, "precision=float32");
        assertThat(told.arithmetic).startsWith("float32");
    }

    @Test
    void a_run_beside_an_earlier_model_resumes_beside_it() throws Exception {
        begin("whole", () -> false, "seed=5");
        begin("mine", () -> false);
        byte[] earlier = Files.readAllBytes(tiny.models().resolve("mine/model.safetensors"));
        overwrite("mine", () -> told.steps == 7, "seed=5");
        assertThat(tiny.models().resolve("mine/model.safetensors")).hasBinaryContent(earlier);
        resume("mine", () -> told.steps == 12);
        assertThat(tiny.models().resolve("mine/model.safetensors")).hasBinaryContent(earlier);
        resume("mine", () -> false);
        assertThat(sums("mine")).isEqualTo(sums("whole"));
    }

    @Test
    void partly_written_files_of_a_killed_process_are_removed() throws IOException {
        begin("mine", () -> told.steps == 7);
        Path run = tiny.models().resolve("mine");
        List<Path> begun = Stream.of("", "training/latest", "training/best")
                .map(model -> run.resolve(model).resolve(".incoming"))
                .toList();
        for (Path incoming : begun) {
            Files.createDirectories(incoming);
            Files.writeString(incoming.resolve("config.json"), "half");
        }
        resume("mine", () -> told.steps == 8);
        assertThat(begun).allSatisfy(incoming -> assertThat(incoming).doesNotExist());
    }

    @Test
    void changed_steps_and_rates_are_allowed_and_reported() throws IOException {
        begin("mine", () -> told.steps == 7);
        TrainingRun.Result result = resume("mine", () -> false, "training.steps=30", "training.learning_rate=0.005");
        assertThat(result.steps()).isEqualTo(30);
        assertThat(told.warnings)
                .containsExactly(
                        "the run continues with training.steps: 30 instead of 24",
                        "the run continues with training.learning_rate: 0.005 instead of 0.01");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "seed=2",
                "model.width=32",
                "model.positions=learned",
                "tokenizer.type=character",
                "training.optimizer=adamw",
                "name=other"
            })
    void settings_that_the_weights_do_not_fit_are_refused_by_name(String setting) throws IOException {
        begin("mine", () -> told.steps == 7);
        String key = setting.substring(0, setting.indexOf('='));
        assertThatThrownBy(() -> resume("mine", () -> false, setting))
                .isInstanceOf(HeedException.class)
                .hasMessageContaining("cannot be resumed with " + key + ": " + setting.substring(key.length() + 1));
    }

    @Test
    void a_text_that_has_changed_is_refused() throws IOException {
        begin("mine", () -> told.steps == 7);
        Files.writeString(tiny.text(), "the cat sat on the mat .\n", StandardOpenOption.APPEND);
        assertThatThrownBy(() -> resume("mine", () -> false))
                .isInstanceOf(HeedException.class)
                .hasMessageContainingAll("mine cannot be resumed: the text in", "has changed since");
    }

    @Test
    void a_folder_without_a_state_is_refused() throws IOException {
        Path empty = Files.createDirectories(tiny.models().resolve("empty"));
        assertThatThrownBy(() -> resume("empty", () -> false))
                .isInstanceOf(HeedException.class)
                .hasMessageContainingAll(empty.toString(), "training/state.safetensors", "--resume");
    }

    @Test
    void a_damaged_state_is_refused() throws IOException {
        begin("mine", () -> told.steps == 7);
        Path state = tiny.models().resolve("mine/training/state.safetensors");
        byte[] bytes = Files.readAllBytes(state);
        bytes[bytes.length - 100] ^= 1;
        Files.write(state, bytes);
        assertThatThrownBy(() -> resume("mine", () -> false)).hasMessageContaining("state.safetensors is damaged");
    }

    @Test
    void a_run_that_is_not_finished_is_not_lost_by_mistake() throws IOException {
        begin("mine", () -> told.steps == 7);
        assertThatThrownBy(() -> begin("mine", () -> false))
                .isInstanceOf(HeedException.class)
                .hasMessageContainingAll(
                        "has an unfinished run (best validation loss ",
                        "7 of 24 steps",
                        "heed train --resume",
                        "heed train --overwrite",
                        "name=mine-2");
        resume("mine", () -> false);
    }

    @Test
    void a_finished_model_is_not_lost_by_mistake() throws Exception {
        TrainingRun.Result first = begin("mine", () -> false, WORSE);
        Files.createDirectories(tiny.models().resolve("mine-2"));
        List<String> before = sums("mine");
        told.steps = 0;
        String best = "best validation loss %.4f at step %d, %d of %d steps"
                .formatted(
                        first.bestValidationLoss(),
                        Objects.requireNonNull(first.best()).step(),
                        first.steps(),
                        STEPS);
        assertThatThrownBy(() -> begin("mine", () -> false))
                .isInstanceOf(HeedException.class)
                .hasMessageStartingWith(first.folder() + " already has a model (" + best)
                .hasMessageContainingAll("--overwrite", "--set name=mine-3");
        assertThat(told.steps).isZero();
        assertThat(sums("mine")).isEqualTo(before);
        assertThat(overwrite("mine", () -> false).steps()).isEqualTo(STEPS);
        assertThat(sums("mine")).isNotEqualTo(before);
    }

    @Test
    void a_model_that_no_run_left_is_not_lost_or_touched_either() throws Exception {
        TrainingRun.Result other = begin("other", () -> false);
        Path model = Files.createDirectories(tiny.models().resolve("mine"));
        for (String file : List.of("config.json", "model.safetensors")) {
            Files.copy(other.folder().resolve(file), model.resolve(file));
        }
        assertThatThrownBy(() -> begin("mine", () -> false))
                .isInstanceOf(HeedException.class)
                .hasMessageStartingWith(model + " already has a model (")
                .hasMessageContaining("--overwrite");
        try (Stream<Path> files = Files.list(model)) {
            assertThat(files).hasSize(2);
        }
    }

    @Test
    void a_folder_without_a_model_is_free() throws IOException {
        Path folder = Files.createDirectories(tiny.models().resolve("mine"));
        Files.writeString(folder.resolve("notes.txt"), "mine");
        assertThat(begin("mine", () -> false).steps()).isEqualTo(STEPS);
        assertThat(folder.resolve("notes.txt")).hasContent("mine");
    }

    @Test
    void the_result_distinguishes_the_best_evaluation_from_the_last() throws IOException {
        TrainingRun.Result result = begin("mine", () -> false, WORSE);
        List<LossCurve.Point> points = PastRun.read(result.folder()).curve().points();
        LossCurve.Point best = points.stream()
                .min(Comparator.comparingDouble(LossCurve.Point::validation))
                .orElseThrow();
        assertThat(Objects.requireNonNull(result.best()).step()).isEqualTo(best.step());
        assertThat(Objects.requireNonNull(result.last()).step()).isEqualTo(result.steps());
        assertThat(result.stepsSinceBest())
                .isEqualTo(result.steps() - best.step())
                .isEqualTo(4); // patience: 2 of every 2
        assertThat(result.bestValidationLoss()).isLessThan(result.last().validationLoss());
    }

    @Test
    void a_complete_run_has_nothing_left_to_do_and_stays_as_it_is() throws Exception {
        begin("mine", () -> false);
        List<String> before = sums("mine");
        told.steps = 0;
        String text = Files.readString(tiny.text());
        Files.delete(tiny.text()); // which is no longer needed
        TrainingRun.Result again = resume("mine", () -> false);
        Files.writeString(tiny.text(), text);
        assertThat(again.ending()).isEqualTo(TrainingRun.Ending.COMPLETE);
        assertThat(again.wasComplete()).isTrue();
        assertThat(told.steps).isZero();
        assertThat(sums("mine")).isEqualTo(before);
    }

    @Test
    void a_second_run_in_the_same_folder_is_refused_while_the_first_is_running() throws IOException {
        List<Throwable> refused = new ArrayList<>();
        begin("mine", () -> {
            if (told.steps == 3) {
                assertThatThrownBy(() -> TrainingRun.begin(
                                tiny.config("mine"), "heed train", tiny.models(), true, new Progress() {}, () -> false))
                        .satisfies(refused::add);
            }
            return false;
        });
        assertThat(refused).hasSize(1);
        assertThat(refused.get(0))
                .isInstanceOf(HeedException.class)
                .hasMessageContainingAll(
                        "is being trained by another program",
                        String.valueOf(ProcessHandle.current().pid()));
    }

    /** Settings that make a run worse and worse. */
    private static final String[] WORSE = {
        "training.patience=2", "training.evaluate_every=2", "training.learning_rate=1", "training.muon_learning_rate=1"
    };

    @Test
    void a_run_that_ran_out_of_patience_ends_there_again() throws Exception {
        TrainingRun.Result result = begin("mine", () -> false, WORSE);
        assertThat(result.ending()).isEqualTo(TrainingRun.Ending.PATIENCE);
        assertThat(result.steps()).isLessThan(STEPS);
        assertThat(PastRun.read(result.folder()).state()).isEqualTo(PastRun.State.COMPLETE);
        List<String> before = sums("mine");
        TrainingRun.Result again = resume("mine", () -> false);
        assertThat(again.ending()).isEqualTo(TrainingRun.Ending.PATIENCE);
        assertThat(again.steps()).isEqualTo(result.steps());
        assertThat(sums("mine")).isEqualTo(before);
        assertThat(resume("mine", () -> false, "training.patience=0").steps()).isEqualTo(STEPS);
    }

    @Test
    void fewer_steps_than_were_taken_are_refused() throws IOException {
        begin("mine", () -> told.steps == 7);
        assertThatThrownBy(() -> resume("mine", () -> false, "training.steps=6"))
                .isInstanceOf(HeedException.class)
                .hasMessageContaining("training.steps: 6 is less than the 7 steps that ");
        assertThat(resume("mine", () -> false, "training.steps=7").ending()).isEqualTo(TrainingRun.Ending.COMPLETE);
    }

    @Test
    void a_state_whose_numbers_of_the_run_are_damaged_is_refused() throws IOException {
        begin("mine", () -> told.steps == 7);
        Path state = tiny.models().resolve("mine/training/state.safetensors");
        String bytes = Files.readString(state, StandardCharsets.ISO_8859_1);
        String step = "\\\"step\\\":7,";
        assertThat(bytes).contains(step);
        Files.writeString(state, bytes.replace(step, step.replace('7', '6')), StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> resume("mine", () -> false)).hasMessageContaining("state.safetensors is damaged");
    }

    /** A process that dies at an evaluation. */
    private void die(int step, String... overrides) {
        Progress dies = new Progress() {
            @Override
            public void evaluated(Evaluation evaluation, LanguageModel model) {
                if (evaluation.step() == step) {
                    throw new IllegalStateException("dead");
                }
            }
        };
        assertThatThrownBy(() -> TrainingRun.begin(
                        tiny.config("mine", overrides), "heed train", tiny.models(), false, dies, () -> false))
                .hasMessage("dead");
    }

    @Test
    void models_kept_after_the_state_are_removed_on_resuming() throws IOException {
        die(15, "training.evaluate_every=5", "training.checkpoint_every=12", "training.keep=true");
        Path run = tiny.models().resolve("mine");
        assertThat(KeptModels.of(run)).extracting(KeptModels.Kept::step).containsExactly(5, 10, 15);
        resume("mine", () -> false, "training.evaluate_every=7", "training.keep_limit=3");
        assertThat(KeptModels.of(run)).extracting(KeptModels.Kept::step).containsExactly(10, 14, 20);
    }

    @Test
    void evaluations_after_the_state_are_not_shown_until_they_are_repeated() throws IOException {
        die(5, "training.evaluate_every=5", "training.checkpoint_every=3");
        Path run = tiny.models().resolve("mine");
        assertThat(PastRun.read(run).curve().points())
                .extracting(LossCurve.Point::step)
                .containsExactly(5);
        assertThat(PastRun.read(run).steps()).isEqualTo(3); // from which it is resumed
        resume("mine", () -> told.steps == 4);
        assertThat(PastRun.read(run).curve().points()).isEmpty();
        assertThat(PastRun.read(run).steps()).isEqualTo(4);
    }

    @Test
    void the_model_of_an_interrupted_run_is_its_own_wherever_an_earlier_one_is() throws IOException {
        begin("mine", () -> false);
        overwrite("mine", () -> told.steps == 6, "seed=2"); // leaves training/best
        TrainingRun.Result other = TrainingRun.begin(
                tiny.config("mine", "seed=3", "model.width=8"), "heed train", tiny.models(), true, told, () -> true);
        try (LanguageModel model = ModelFolder.read(other.model(), Device.cpu())) {
            assertThat(model.transformer().config().width()).isEqualTo(8);
        }
    }

    @Test
    void a_complete_run_that_takes_more_steps_has_its_model_where_it_was_until_one_is_better() throws IOException {
        begin("other", () -> false);
        overwrite("other", () -> false, "seed=2"); // beside an earlier model, and then in its place
        TrainingRun.Result more = resume(
                "other", () -> told.steps == STEPS + 1, "training.steps=" + 2 * STEPS, "training.evaluate_every=100");
        assertThat(more.interrupted()).isTrue();
        assertThat(ModelFolder.isModel(more.model())).isTrue();
    }
}
