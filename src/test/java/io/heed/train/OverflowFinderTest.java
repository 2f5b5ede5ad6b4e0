package io.heed.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.heed.config.ConfigReader;
import io.heed.config.RunConfig;
import io.heed.kernels.OptimizerKernels;
import io.heed.model.Fixtures;
import io.heed.model.Transformer;
import io.heed.model.Weight;
import io.heed.model.WeightPlan;
import io.heed.optimizer.StateArrays;
import io.heed.text.corpus.Batch;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The diagnosis of a failed step names the cause and leaves nothing in the manager of the weights. */
class OverflowFinderTest {

    private static final Batch BATCH = new Batch(2, 3, new long[] {1, 2, 3, 4, 5, 6}, new long[] {2, 3, 4, 5, 6, 7}, 6);

    /** The diagnosis of a step that fails because the weights were changed. */
    private static String diagnosis(Consumer<Transformer> change) {
        RunConfig config = ConfigReader.read(Path.of("configs/toy.yaml"), List.of());
        try (NDManager manager = NDManager.newBaseManager()) {
            Transformer transformer = Fixtures.gpt2(manager);
            change.accept(transformer);
            try (Learner learner =
                    new Learner(transformer, manager, config, new StateArrays(Map.of()), BatchDivision.of(config, 1))) {
                assertThat(learner.learn(BATCH, 1)).isFalse();
                return learner.diagnose(BATCH);
            }
        }
    }

    @Test
    void a_loss_that_overflows_after_finite_activations_is_reported_with_the_largest() {
        assertThat(diagnosis(Overflows::loss))
                .isEqualTo("the loss is not finite; the largest activation is logits (3.0e+38)");
    }

    @Test
    void gradients_that_overflow_after_a_finite_loss_are_reported_with_the_largest() {
        assertThat(diagnosis(Overflows::gradients))
                .matches(
                        "the gradients are not finite; the largest gradient is that of h\\.1\\.mlp\\.c_fc\\.\\w+ in layer 1"
                                + " \\(\\d\\.\\de\\+2\\d\\), the largest activation \\w+( of layer [01])? \\(\\d\\.\\de\\+0\\d\\)");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void the_first_activation_that_is_not_finite_is_reported(float number) {
        String size = Float.isNaN(number) ? "NaN" : "Infinity";
        assertThat(diagnosis(transformer -> transformer
                        .namedParameters()
                        .get("h.0.mlp.c_fc.bias")
                        .getArray()
                        .set(filled(128, number))))
                .isEqualTo(
                        "the loss is not finite; the largest activation is feed_forward_inner of layer 0 (%s)", size);
    }

    private static float[] filled(int size, float number) {
        float[] numbers = new float[size];
        Arrays.fill(numbers, number);
        return numbers;
    }

    /** In a batch of more rows than are read at once, a row that overflows is found wherever it is. */
    @Test
    void every_row_of_a_large_batch_is_read() {
        try (NDManager manager = NDManager.newBaseManager()) {
            Transformer transformer = Fixtures.gpt2(manager);
            NDArray embedding = transformer.namedParameters().get("wte.weight").getArray();
            embedding.set(new NDIndex("7"), 1e6f);
            long[] ids = new long[200];
            ids[150] = 7;
            assertThat(OverflowFinder.activation(transformer, new Batch(200, 1, ids, ids, 200), manager)
                            .size())
                    .isBetween(1e6f, 1.1e6f);
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void the_first_weight_that_is_not_finite_is_named(float number) {
        try (NDManager manager = NDManager.newBaseManager()) {
            Map<Weight, NDArray> weights = new LinkedHashMap<>();
            WeightPlan plan = WeightPlan.of(Fixtures.GPT2);
            weights.put(plan.get("wte.weight"), manager.create(new float[] {1e38f, -1e38f}));
            weights.put(plan.get("h.1.mlp.c_fc.bias"), manager.create(new float[] {1, number}));
            weights.put(plan.get("ln_f.bias"), manager.create(new float[] {number}));
            assertThat(OverflowFinder.weight(weights)).contains("h.1.mlp.c_fc.bias in layer 1");
            weights.values().forEach(weight -> weight.set(new float[(int) weight.size()]));
            assertThat(OverflowFinder.weight(weights)).isEmpty();
        }
    }

    @Test
    void the_diagnosis_leaves_nothing_in_the_manager_of_the_weights() {
        try (NDManager manager = NDManager.newBaseManager()) {
            Map<Weight, NDArray> weights = new LinkedHashMap<>();
            WeightPlan plan = WeightPlan.of(Fixtures.GPT2);
            weights.put(plan.get("wte.weight"), manager.create(new float[] {1, 2}));
            weights.put(plan.get("ln_f.bias"), manager.create(new float[] {Float.NaN}));
            Transformer transformer = Fixtures.gpt2(manager);
            OptimizerKernels kernels = OptimizerKernels.load(manager);
            int before = manager.getManagedArrays().size();
            OverflowFinder.weight(weights);
            OverflowFinder.gradient(weights);
            OverflowFinder.activation(transformer, BATCH, manager);
            new LayerWatch(weights, kernels, manager).close();
            assertThat(manager.getManagedArrays()).hasSize(before);
        }
    }
}
