package io.heed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.heed.checkpoint.Safetensors;
import io.heed.config.ConfigReader;
import io.heed.config.RunConfig;
import io.heed.model.Fixtures;
import io.heed.model.Transformer;
import io.heed.model.Weight;
import io.heed.optimizer.StateArrays;
import io.heed.text.corpus.Batch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ten steps of AdamW from GPT-2's weights, against those of PyTorch ({@code fixtures/adamw}, settings.json beside it). */
class LearnerTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "4, 1", "4, 2", "4, 4"})
    void ten_steps_reproduce_pytorchs_losses_norms_rates_and_weights(int parts, int workers) throws IOException {
        Map<String, Safetensors.StoredArray> expected = Fixtures.read("adamw/expected.safetensors");
        float[] losses = expected.get("loss").floats();
        float[] norms = expected.get("grad_norm").floats();
        float[] rates = expected.get("lr").floats();
        try (NDManager manager = NDManager.newBaseManager()) {
            Transformer transformer = Fixtures.gpt2(manager);
            try (Learner learner = new Learner(
                    transformer,
                    manager,
                    settings("adamw", workers),
                    new StateArrays(Map.of()),
                    BatchDivision.of(settings("adamw", workers), parts))) {
                for (int step = 0; step < 10; step++) {
                    double before = learner.lossSum();
                    learner.learn(batch(expected.get("batches"), step), 1);
                    assertThat((float) (learner.lossSum() - before))
                            .as("loss of step %d", step)
                            .isEqualTo(losses[step], within(1e-4f));
                    assertThat((float) learner.gradientNorm())
                            .as("gradient norm of step %d", step)
                            .isEqualTo(norms[step], within(1e-4f * Math.max(1, norms[step])));
                    assertThat((float) learner.rate())
                            .as("rate of step %d", step)
                            .isEqualTo(rates[step], within(1e-7f));
                }
            }
            Map<String, Safetensors.StoredArray> weights = Fixtures.read("adamw/final.safetensors");
            transformer.namedParameters().forEach((name, parameter) -> {
                float[] actual = parameter.getArray().toFloatArray();
                float[] reference = weights.get("transformer." + name).floats();
                if (name.endsWith("c_attn.bias")) {
                    forgetKeyBias(actual);
                    forgetKeyBias(reference);
                }
                assertThat(actual).as(name).containsExactly(reference, within(1e-4f));
            });
        }
    }

    /** {@code mean = d·mean + (1−d)·weight} with d = min(0.4, (1 + n)/(10 + n)), recomputed from the weights of each step. */
    @Test
    void the_moving_average_follows_its_formula() throws IOException {
        Safetensors.StoredArray batches =
                Fixtures.read("adamw/expected.safetensors").get("batches");
        try (NDManager manager = NDManager.newBaseManager()) {
            Transformer transformer = Fixtures.gpt2(manager);
            RunConfig config = settings("adamw", 1, "training.average=0.4");
            try (Learner learner = new Learner(transformer, manager, config, new StateArrays(Map.of()))) {
                Map<Weight, double[]> means = new LinkedHashMap<>();
                learner.weights().forEach((weight, array) -> means.put(weight, doubles(array)));
                for (int step = 0; step < 10; step++) {
                    learner.learn(batch(batches, step), config.seed());
                    double decay = Math.min(0.4, (2.0 + step) / (11.0 + step));
                    learner.weights().forEach((weight, array) -> {
                        double[] mean = means.get(weight);
                        double[] now = doubles(array);
                        Arrays.setAll(mean, i -> decay * mean[i] + (1 - decay) * now[i]);
                    });
                }
                Map<Weight, double[]> before = new LinkedHashMap<>();
                learner.weights().forEach((weight, array) -> before.put(weight, doubles(array)));
                learner.averaged(() -> {
                    learner.weights()
                            .forEach((weight, array) -> assertThat(doubles(array))
                                    .as(weight.name())
                                    .containsExactly(means.get(weight), within(1e-6)));
                    return true;
                });
                learner.weights()
                        .forEach((weight, array) -> assertThat(doubles(array)).isEqualTo(before.get(weight)));
            }
        }
    }

    private static double[] doubles(NDArray array) {
        float[] values = array.toFloatArray();
        double[] doubles = new double[values.length];
        Arrays.setAll(doubles, i -> values[i]);
        return doubles;
    }

    /**
     * The bias of the keys adds the same number to all scores of a row, which does not change the softmax: its gradient is zero except
     * for rounding, which Adam turns into steps of full length. So no two programs agree on it, and none has to.
     */
    private static void forgetKeyBias(float[] biasOfQueriesKeysAndValues) {
        int third = biasOfQueriesKeysAndValues.length / 3;
        Arrays.fill(biasOfQueriesKeysAndValues, third, 2 * third, 0);
    }

    /** Compares bit by bit: Muon's steps at such rates would amplify the smallest difference. */
    @ParameterizedTest
    @ValueSource(strings = {"adamw", "muon"})
    void the_result_does_not_depend_on_the_number_of_threads(String optimizer) throws IOException {
        Map<String, float[]> alone = weightsAfterTenSteps(optimizer, 1);
        for (int workers : new int[] {2, 3, 4}) {
            weightsAfterTenSteps(optimizer, workers)
                    .forEach((name, weights) -> assertThat(Arrays.equals(weights, alone.get(name)))
                            .as("%s with %d workers is the same", name, workers)
                            .isTrue());
        }
    }

    private Map<String, float[]> weightsAfterTenSteps(String optimizer, int workers) throws IOException {
        try (NDManager manager = NDManager.newBaseManager()) {
            Transformer transformer = Fixtures.gpt2(manager);
            try (Learner learner = new Learner(
                    transformer,
                    manager,
                    settings(optimizer, workers),
                    new StateArrays(Map.of()),
                    BatchDivision.of(settings(optimizer, workers), 4))) {
                for (int step = 0; step < 10; step++) {
                    learner.learn(
                            batch(Fixtures.read("adamw/expected.safetensors").get("batches"), step), 1);
                }
            }
            Map<String, float[]> weights = new LinkedHashMap<>();
            transformer
                    .namedParameters()
                    .forEach((name, parameter) ->
                            weights.put(name, parameter.getArray().toFloatArray()));
            return weights;
        }
    }

    /** The settings of fixtures/adamw/settings.json. */
    private RunConfig settings(String optimizer, int workers, String... more) throws IOException {
        Path file = folder.resolve("adamw.yaml");
        Files.writeString(file, """
                name: adamw
                data: {train: none}
                training:
                  steps: 10
                  batch: 4
                  learning_rate: 0.01
                  schedule: cosine
                  final_rate: 0.1
                  warmup_steps: 3
                  decay_share: 1.0
                  weight_decay: 0.1
                  beta1: 0.9
                  beta2: 0.99
                  epsilon: 1.0e-8
                  clip: 1.0
                """);
        List<String> overrides =
                new ArrayList<>(List.of("training.optimizer=" + optimizer, "training.workers=" + workers));
        overrides.addAll(List.of(more));
        return ConfigReader.read(file, overrides);
    }

    /** Rows of (steps, 4, 33): inputs without the last id, targets without the first. */
    private static Batch batch(Safetensors.StoredArray batches, int step) {
        int rows = (int) batches.shape()[1];
        int columns = (int) batches.shape()[2] - 1;
        long[] inputs = new long[rows * columns];
        long[] targets = new long[rows * columns];
        for (int row = 0; row < rows; row++) {
            int start = (step * rows + row) * (columns + 1);
            long[] ids = Arrays.copyOfRange(batches.longs(), start, start + columns + 1);
            System.arraycopy(ids, 0, inputs, row * columns, columns);
            System.arraycopy(ids, 1, targets, row * columns, columns);
        }
        return new Batch(rows, columns, inputs, targets, rows * columns);
    }
}
