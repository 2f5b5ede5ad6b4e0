package io.heed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.config.ConfigReader;
import io.heed.config.RunConfig;
import io.heed.run.PastRun;
import io.heed.run.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs that start from a model: they match PyTorch's, and storing the model in between changes nothing. */
class FineTuningTest {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures");

    @TempDir
    private Path folder;

    private TinyRun tiny;

    /** Records what a run reports. */
    private static final class Told implements Progress {
        private final List<Evaluation> evaluations = new ArrayList<>();
        private final List<String> warnings = new ArrayList<>();
        private double found = Double.NaN;

        @Override
        public void found(double validationLoss) {
            found = validationLoss;
        }

        @Override
        public void evaluated(Evaluation evaluation, LanguageModel model) {
            evaluations.add(evaluation);
        }

        @Override
        public void warned(String sentence) {
            warnings.add(sentence);
        }
    }

    private final Told told = new Told();

    @BeforeEach
    void text() throws IOException {
        tiny = new TinyRun(folder);
    }

    private TrainingRun.Result run(RunConfig config, BooleanSupplier interrupted) {
        return TrainingRun.begin(config, "heed train", tiny.models(), true, told, interrupted);
    }

    /** A model of 12 positions whose embeddings are scaled by 4. */
    private Path first() throws IOException {
        return run(tiny.config("first", "model.context=12", "training.steps=10"), () -> false)
                .folder();
    }

    private RunConfig further(Path from, String... settings) throws IOException {
        Path file = Files.writeString(folder.resolve("further.yaml"), """
                name: further
                device: cpu
                data: {train: '%s', format: lines, validation_fraction: 0.1}
                model: {from: '%s'}
                training: {steps: 12, batch: 8, learning_rate: 0.003, muon_learning_rate: 0.01, evaluate_every: 4}
                """.formatted(tiny.text(), from));
        return ConfigReader.read(file, List.of(settings));
    }

    @ParameterizedTest
    @CsvSource({"gpt2,gpt2", "untied,variants/untied"})
    void fine_tuning_matches_PyTorch(String name, String from) throws IOException {
        Path given = FIXTURES.resolve("fine-tuning");
        Path file = Files.writeString(folder.resolve("on.yaml"), """
                name: further
                device: cpu
                data: {train: '%1$s/training.txt', validation: '%1$s/validation.txt', format: lines}
                tokenizer: {file: '%1$s/tokenizer.json'}
                model: {from: '%2$s', dropout: 0}
                training: {steps: 10, batch: 12, evaluate_every: 1, optimizer: adamw, learning_rate: 0.01, schedule: constant,
                           beta2: 0.99, weight_decay: 0.1, clip: 1}
                """.formatted(given, FIXTURES.resolve(from)));
        run(ConfigReader.read(file, List.of()), () -> false);
        JsonNode expected = JsonMapper.shared()
                .readTree(given.resolve("expected.json").toFile())
                .path(name);
        assertThat(told.found).isCloseTo(expected.at("/validation/0").doubleValue(), within(1e-4));
        assertThat(told.evaluations).hasSize(10);
        for (int step = 0; step < 10; step++) {
            Progress.Evaluation evaluation = told.evaluations.get(step);
            assertThat(evaluation.trainingLoss())
                    .isCloseTo(expected.path("training").path(step).doubleValue(), within(1e-4));
            assertThat(evaluation.validationLoss())
                    .isCloseTo(expected.path("validation").path(step + 1).doubleValue(), within(1e-4));
        }
    }

    @Test
    void what_the_files_tell_other_programs_is_kept() throws IOException {
        Path first = first();
        for (String[] file : new String[][] {{"config.json", "[ 3, 2 ]"}, {"generation_config.json", "[ 4, 2, 3 ]"}}) {
            Path path = first.resolve(file[0]);
            Files.writeString(
                    path, Files.readString(path).replace("\"eos_token_id\" : 2", "\"eos_token_id\" : " + file[1]));
        }
        Path generation = first.resolve("generation_config.json");
        Files.writeString(generation, Files.readString(generation).replaceFirst("\\{", "{\"temperature\": 0.2,"));
        Files.writeString(first.resolve("chat_template.jinja"), "{{ messages }}");
        Path on = run(further(first), () -> false).folder();
        assertThat(on.resolve("config.json")).content().contains("\"eos_token_id\" : [ 3, 2 ]");
        assertThat(on.resolve("generation_config.json"))
                .content()
                .contains("\"eos_token_id\" : [ 4, 2, 3 ]", "\"temperature\" : 0.2");
        assertThat(on.resolve("tokenizer_config.json")).content().contains("\"chat_template\" : \"{{ messages }}\"");
    }

    @Test
    void it_starts_from_the_models_weights() throws IOException {
        Path first = first();
        double loss = told.evaluations.get(told.evaluations.size() - 1).validationLoss();
        Path same = run(further(first, "training.learning_rate=1e-9", "training.muon_learning_rate=1e-9"), () -> false)
                .folder();
        assertThat(told.found).isCloseTo(loss, within(1e-5));
        assertThat(logits(same, 8)).containsExactly(logits(first, 8), within(1e-4f));
    }

    @Test
    void the_model_is_trained_on_at_the_scale_it_had() throws IOException {
        Path first = first();
        RunConfig config = further(first);
        assertThat(config.model().scaleEmbeddings()).isTrue();
        assertThat(StartingPoint.of(config).shape(5).embeddingScale()).isEqualTo(4); // √16, its width
    }

    @Test
    void further_training_lowers_the_loss() throws IOException {
        double before = run(tiny.config("first", "model.context=12", "training.steps=10"), () -> false)
                .bestValidationLoss();
        double after = run(further(tiny.models().resolve("first")), () -> false).bestValidationLoss();
        assertThat(after).isLessThan(before - 0.05);
        assertThat(told.warnings).noneMatch(sentence -> sentence.contains("no evaluation"));
    }

    @Test
    void a_shorter_context_keeps_the_first_positions() throws IOException {
        Path first = first();
        RunConfig config = further(
                first,
                "model.context=6",
                "training.learning_rate=1e-9",
                "training.muon_learning_rate=1e-9",
                "training.steps=1");
        Path shorter = run(config, () -> false).folder();
        try (LanguageModel model = ModelFolder.read(shorter, Device.cpu())) {
            assertThat(model.context()).isEqualTo(6);
        }
        assertThat(logits(shorter, 6)).containsExactly(logits(first, 6), within(1e-4f));
    }

    @Test
    void an_interrupted_run_resumes_exactly_where_it_stopped() throws IOException {
        Path first = first();
        Path whole = run(further(first, "name=whole"), () -> false).folder();
        int[] steps = {0};
        assertThat(run(further(first, "name=parts"), () -> ++steps[0] == 5).interrupted())
                .isTrue();
        Path parts = tiny.models().resolve("parts");
        TrainingRun.resume(parts, List.of(), new Progress() {}, () -> false);
        for (String file : List.of("model.safetensors", "training/latest/model.safetensors", "training/metrics.csv")) {
            assertThat(parts.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
        }
    }

    @Test
    void a_run_may_start_from_the_model_in_its_own_folder() throws IOException {
        Path first = first();
        byte[] before = Files.readAllBytes(first.resolve("model.safetensors"));
        run(further(first, "name=first"), () -> told.evaluations.size() == 2);
        assertThat(first.resolve("model.safetensors")).hasBinaryContent(before); // until the run is complete
        TrainingRun.resume(first, List.of(), new Progress() {}, () -> false);
        assertThat(Files.readAllBytes(first.resolve("model.safetensors"))).isNotEqualTo(before);
    }

    @Test
    void steps_that_only_do_harm_are_reported() throws IOException {
        Path first = first();
        run(further(first, "training.learning_rate=1", "training.muon_learning_rate=1"), () -> false);
        assertThat(told.warnings).anyMatch(sentence -> sentence.startsWith("no evaluation was better than " + first));
    }

    @Test
    void a_model_whose_loss_is_not_finite_is_refused_before_any_step() throws IOException {
        RunConfig config = further(overflowing(first()));
        assertThatThrownBy(() -> run(config, () -> false))
                .isInstanceOf(HeedException.class)
                .hasMessageStartingWith(
                        "the loss of %s on the validation part is not finite".formatted(folder.resolve("overflowing")));
        assertThat(told.found).isNaN();
    }

    @Test
    void a_rate_test_refuses_it_too() throws IOException {
        RunConfig config = further(overflowing(first()));
        assertThatThrownBy(() -> RateTest.run(
                        config, tiny.models().resolve(".data"), (stage, done, all) -> {}, point -> {}, () -> false))
                .isInstanceOf(HeedException.class)
                .hasMessageStartingWith("step 1: the loss is not finite; the largest activation is logits (3.0e+38)");
    }

    private Path overflowing(Path model) {
        Path to = folder.resolve("overflowing");
        try (LanguageModel read = ModelFolder.read(model, Device.cpu())) {
            Overflows.loss(read.transformer());
            ModelFolder.write(to, read, "overflows");
        }
        return to;
    }

    @Test
    void unknown_words_are_reported() throws IOException {
        Path first = first();
        Path text = Files.writeString(
                folder.resolve("other.txt"), "the quick brown fox jumps\nover the lazy dogs\n".repeat(20));
        run(further(first, "data.train=" + text, "training.steps=1"), () -> false);
        assertThat(told.warnings) // of 5 + 4 words and 2 marks each, "the" and "over" are known
                .anyMatch(sentence -> sentence.contains("tokens are words that the tokenizer does not know"));
    }

    @Test
    void a_run_stays_readable_when_its_base_model_is_gone() throws IOException {
        Path first = first();
        Path on = run(further(first), () -> false).folder();
        Files.move(first, folder.resolve("elsewhere"));
        assertThat(PastRun.read(on).config().model().from()).isEqualTo(first.toString());
        assertThatThrownBy(() -> TrainingRun.resume(on, List.of("training.steps=20"), new Progress() {}, () -> false))
                .isInstanceOf(HeedException.class)
                .hasMessageContaining("model.from: %s does not exist; ".formatted(first));
    }

    @Test
    void settings_that_contradict_the_model_are_refused() throws IOException {
        Path first = first();
        Stream.of(
                        "model.width=32|model.width: 32 is not the 16 of",
                        "model.layers=3|model.layers: 3 is not the 2 of",
                        "model.scale_embeddings=false|model.scale_embeddings: false is not the true of",
                        "model.context=13|model.context: 13 is more than the 12 of",
                        "tokenizer.file=x.json|tokenizer.file: x.json is not needed",
                        "tokenizer.type=bpe|tokenizer.type: bpe is not needed",
                        "tokenizer.vocabulary=300|tokenizer.vocabulary: 300 is not needed",
                        "model.from=nowhere|model.from: nowhere does not exist; ")
                .map(line -> line.split("\\|"))
                .forEach(pair -> assertThatThrownBy(() -> further(first, pair[0]))
                        .isInstanceOf(HeedException.class)
                        .hasMessageStartingWith(pair[1])
                        .hasMessageEndingWith("(--set %s)", pair[0]));
        assertThat(further(first, "model.width=16", "model.context=12").model().width())
                .isEqualTo(16);
    }

    @Test
    void a_model_without_a_tokenizer_needs_one() {
        assertThatThrownBy(() -> further(FIXTURES.resolve("gpt2")))
                .isInstanceOf(HeedException.class)
                .hasMessageContaining("has no tokenizer, ")
                .hasMessageContaining("tokenizer.file");
    }

    @Test
    void a_tokenizer_with_too_many_words_is_refused() throws IOException {
        Path first = first();
        RunConfig config =
                further(FIXTURES.resolve("variants/untied"), "tokenizer.file=" + first.resolve("tokenizer.json"));
        assertThatThrownBy(() -> run(config, () -> false))
                .isInstanceOf(HeedException.class)
                .hasMessageContaining("tokens, but")
                .hasMessageContaining("has only 20");
        assertThat(tiny.models().resolve("further")).doesNotExist();
    }

    @Test
    void weights_that_cannot_be_read_cost_no_earlier_run() throws IOException {
        Path first = first();
        Path earlier = run(further(first), () -> false).folder();
        byte[] weights = Files.readAllBytes(first.resolve("model.safetensors"));
        String header = new String(weights, StandardCharsets.ISO_8859_1).replace("ln_f.bias", "ln_f.base");
        Files.write(first.resolve("model.safetensors"), header.getBytes(StandardCharsets.ISO_8859_1));
        RunConfig config = further(first);
        assertThatThrownBy(() -> run(config, () -> false)).hasMessageContaining("ln_f.base");
        Files.write(first.resolve("model.safetensors"), weights);
        assertThat(TrainingRun.resume(earlier, List.of("training.steps=14"), told, () -> false)
                        .steps())
                .isEqualTo(14);
    }

    @Test
    void a_larger_context_is_suggested_if_the_model_has_one() throws IOException {
        Path first = first();
        told.warnings.clear();
        Path text = Files.writeString(
                folder.resolve("long.txt"),
                "the cat sat on the mat ".repeat(3).concat("\n").repeat(20));
        run(further(first, "data.train=" + text, "training.steps=1", "name=whole"), () -> false);
        assertThat(told.warnings)
                .anyMatch(sentence -> sentence.contains("longer than the context of 12"))
                .noneMatch(sentence -> sentence.contains("model.context"));
        run(further(first, "data.train=" + text, "training.steps=1", "name=part", "model.context=8"), () -> false);
        assertThat(told.warnings)
                .anyMatch(sentence -> sentence.contains("longer than the context of 8")
                        && sentence.contains("a larger model.context keeps them"));
    }

    @Test
    void texts_that_do_not_suit_the_model_are_refused() throws IOException {
        Path first = first();
        assertThatThrownBy(() -> further(first, "data.format=pairs"))
                .isInstanceOf(HeedException.class)
                .hasMessage(
                        "data.format: pairs does not fit %s, which model.from names and which continues texts; give stream or lines (--set data.format=pairs)",
                        first);
        assertThatThrownBy(() -> further(Path.of("models/fr-en"), "data.format=lines"))
                .isInstanceOf(HeedException.class)
                .hasMessageContaining("data.format: lines does not fit models/fr-en,")
                .hasMessageContaining("translates; give pairs");
    }

    private static float[] logits(Path folder, int length) {
        try (LanguageModel model = ModelFolder.read(folder, Device.cpu());
                NDManager reading = model.newReading()) {
            long[] ids = Arrays.copyOf(
                    model.encode("the cat which saw the dog sat on the mat").ids(), length);
            return model.read(reading, ids, null).toFloatArray();
        }
    }
}
