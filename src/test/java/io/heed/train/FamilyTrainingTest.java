package io.heed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.Safetensors;
import io.heed.config.ConfigReader;
import io.heed.run.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders of every family are trained further as PyTorch trains them, and written in their own family. */
class FamilyTrainingTest {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures"); // families: of make_families.py

    @TempDir
    private Path folder;

    /** Records the losses of a run. */
    private static final class Losses implements Progress {
        private final List<Double> training = new ArrayList<>();
        private final List<Double> validation = new ArrayList<>();

        @Override
        public void found(double validationLoss) {
            validation.add(validationLoss);
        }

        @Override
        public void evaluated(Evaluation evaluation, LanguageModel model) {
            training.add(evaluation.trainingLoss());
            validation.add(evaluation.validationLoss());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "llama/grouped",
                "llama/biases",
                "llama/wide",
                "mistral/window",
                "qwen2/alternating",
                "qwen3/grouped",
                "gpt_neox/parallel",
                "gpt_neox/sequential"
            })
    void fine_tuning_matches_PyTorch(String kind) throws IOException {
        Path from = FIXTURES.resolve("families").resolve(kind);
        Path file = Files.writeString(folder.resolve("on.yaml"), """
                name: further
                device: cpu
                data: {train: '%1$s/training.txt', validation: '%1$s/validation.txt', format: lines}
                tokenizer: {file: '%1$s/tokenizer.json'}
                model: {from: '%2$s', dropout: 0}
                training: {steps: 3, batch: 12, evaluate_every: 1, optimizer: adamw, learning_rate: 0.01, schedule: constant,
                           beta2: 0.99, weight_decay: 0.1, clip: 1}
                """.formatted(FIXTURES.resolve("fine-tuning"), from));
        Losses losses = new Losses();
        Path models = folder.resolve("models");
        Path written = TrainingRun.begin(
                        ConfigReader.read(file, List.of()), "heed train", models, true, losses, () -> false)
                .folder();
        Map<String, Safetensors.StoredArray> expected = Safetensors.read(from.resolve("expected.safetensors"));
        assertClose(losses.training, expected.get("training").floats());
        assertClose(losses.validation, expected.get("validation").floats());
        assertThat(Files.readString(written.resolve("config.json")))
                .contains("\"model_type\" : \"%s\"".formatted(from.getParent().getFileName()));
    }

    private static void assertClose(List<Double> found, float[] expected) {
        assertThat(found).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(found.get(i)).isCloseTo(expected[i], within(1e-4));
        }
    }
}
