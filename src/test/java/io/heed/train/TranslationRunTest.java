package io.heed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.checkpoint.TinyModels;
import io.heed.config.ConfigReader;
import io.heed.config.RunConfig;
import io.heed.model.Trace;
import io.heed.model.Weight;
import io.heed.run.Progress;
import io.heed.text.corpus.Batch;
import io.heed.text.corpus.SentencePair;
import io.heed.text.toy.PairCorpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of an encoder-decoder model, on pairs. */
class TranslationRunTest {

    @TempDir
    private Path folder;

    private Path pairs;

    @BeforeEach
    void write() throws IOException {
        pairs = folder.resolve("pairs.tsv");
        Files.write(
                pairs,
                new PairCorpus(1).training(60).stream().map(SentencePair::line).toList());
    }

    private RunConfig config(String name, String... overrides) throws IOException {
        Path file = Files.writeString(folder.resolve(name + ".yaml"), """
                name: %s
                device: cpu
                data: {train: '%s', format: pairs, validation_fraction: 0.1}
                model: {architecture: encoder-decoder, context: 48, width: 16, layers: 2, heads: 2}
                training: {steps: 12, batch: 16, learning_rate: 0.01, evaluate_every: 4}
                """.formatted(name, pairs));
        return ConfigReader.read(file, List.of(overrides));
    }

    private TrainingRun.Result begin(String name, BooleanSupplier interrupted, String... overrides) throws IOException {
        return TrainingRun.begin(
                config(name, overrides), "heed train", folder.resolve("models"), false, new Progress() {}, interrupted);
    }

    @Test
    void it_learns_and_leaves_a_model_that_translates() throws IOException {
        TrainingRun.Result few = begin("few", () -> false, "training.steps=1");
        TrainingRun.Result more = begin("more", () -> false, "training.steps=40");
        assertThat(more.bestValidationLoss()).isLessThan(few.bestValidationLoss() - 1);
        try (LanguageModel model = ModelFolder.readTranslator(more.folder(), Device.cpu())) {
            assertThat(model.transformer().namedParameters()).containsKey("h.1.crossattention.c_attn.weight");
        }
    }

    @Test
    void the_number_of_threads_does_not_change_the_result() throws IOException {
        Path one = begin("one", () -> false, "training.workers=1", "training.batch=32")
                .folder();
        Path two = begin("two", () -> false, "training.workers=2", "training.batch=32")
                .folder();
        assertThat(two.resolve("model.safetensors")).hasSameBinaryContentAs(one.resolve("model.safetensors"));
    }

    @Test
    void an_interrupted_run_resumes_exactly_where_it_stopped() throws IOException {
        Path whole = begin("whole", () -> false).folder();
        int[] steps = {0};
        assertThat(begin("parts", () -> ++steps[0] == 3).interrupted()).isTrue();
        assertThat(whole.resolve("README.md"))
                .content()
                .contains("pipeline_tag: translation")
                .doesNotContain("gpt2,");
        Path parts = folder.resolve("models/parts");
        TrainingRun.resume(parts, List.of(), new Progress() {}, () -> ++steps[0] == 6);
        TrainingRun.resume(parts, List.of(), new Progress() {}, () -> false);
        for (String file : List.of("model.safetensors", "training/latest/model.safetensors", "training/metrics.csv")) {
            assertThat(parts.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
        }
    }

    @Test
    void a_step_of_the_encoder_that_is_not_finite_is_named() {
        try (LanguageModel model = TinyModels.translator();
                NDManager manager = model.newReading()) {
            Weight up = model.transformer().plan().get(Trace.Part.ENCODER, 1, Weight.Role.UP);
            model.transformer().namedParameters().get(up.name()).getArray().muli(Float.NaN);
            Batch batch = new Batch(
                    1, 2, new long[] {1, 4}, new long[] {4, 2}, 2, new Batch.Source(2, new long[] {1, 5}, new long[] {2
                    }));
            assertThat(OverflowFinder.activation(model.transformer(), batch, manager))
                    .isEqualTo(new OverflowFinder.Place("feed_forward_inner of encoder layer 1", Float.NaN));
        }
    }

    @Test
    void pairs_and_an_encoder_go_together() {
        Stream.of("data.format=lines", "model.architecture=decoder-only")
                .forEach(setting -> assertThatThrownBy(() -> config("wrong", setting))
                        .isInstanceOf(HeedException.class)
                        .hasMessageContaining("does not fit")
                        .hasMessageContaining("--set " + setting));
    }
}
