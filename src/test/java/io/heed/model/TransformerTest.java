package io.heed.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.heed.checkpoint.Safetensors;
import io.heed.kernels.GradMode;
import io.heed.kernels.OptimizerKernels;
import io.heed.model.shape.Activation;
import io.heed.model.shape.Attention;
import io.heed.model.shape.FeedForward;
import io.heed.model.shape.ModelConfig;
import io.heed.model.shape.Norm;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The one forward pass in its two renderings, against transformers' GPT-2 and against each other. */
class TransformerTest {

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Nested
    class WithTheWeightsOfTransformersGpt2 {

        private final Map<String, Safetensors.StoredArray> expected = Fixtures.read("gpt2/expected.safetensors");

        @Test
        void the_fused_rendering_gives_its_logits() {
            try (GradMode off = GradMode.off()) {
                NDArray logits = forward(Fixtures.gpt2(manager), ids(), false, null);
                assertClose(logits, expected.get("logits").floats(), 1e-4f);
            }
        }

        @Test
        void the_explicit_rendering_gives_its_logits_attentions_and_hidden_states() {
            try (GradMode off = GradMode.off()) {
                Trace trace = new Trace();
                NDArray logits = forward(Fixtures.gpt2(manager), ids(), false, trace);
                assertClose(logits, expected.get("logits").floats(), 1e-4f);
                for (int layer = 0; layer < 2; layer++) {
                    assertClose(
                            trace.get(layer, Trace.Step.WEIGHTS),
                            expected.get("attention." + layer).floats(),
                            1e-5f);
                    assertClose(
                            trace.get(layer, Trace.Step.RESIDUAL_BEFORE),
                            expected.get("hidden." + layer).floats(),
                            1e-4f);
                }
                assertClose(
                        trace.get(Trace.Step.FINAL_NORM),
                        expected.get("hidden.2").floats(),
                        1e-4f);
            }
        }

        @Test
        void continuing_with_a_cache_gives_the_logits_of_every_position() {
            Transformer transformer = Fixtures.gpt2(manager);
            float[] whole = expected.get("logits").floats(); // (B,T,V)
            long[] shape = ids().getShape().getShape();
            int length = Math.toIntExact(shape[1]);
            for (int first : new int[] {1, 3}) { // tokens read at once, then one by one
                try (GradMode off = GradMode.off();
                        KeyValueCache cache =
                                new KeyValueCache(manager, transformer.config(), new int[(int) shape[0]])) {
                    for (int start = 0, end = first; end <= length; start = end++) {
                        NDArray some = ids().get(new NDIndex(":, {}:{}", start, end));
                        NDArray logits = transformer
                                .forward(new ParameterStore(manager, false), new NDList(some), false, cache.asParams())
                                .head();
                        assertThat(cache.length()).isEqualTo(end);
                        int vocabulary = whole.length / (int) shape[0] / length;
                        for (int row = 0; row < shape[0]; row++) {
                            int from = (row * length + end - 1) * vocabulary;
                            assertThat(logits.get(row).toFloatArray())
                                    .containsExactly(Arrays.copyOfRange(whole, from, from + vocabulary), within(1e-4f));
                        }
                    }
                }
            }
        }

        private NDArray ids() {
            return Fixtures.longs(manager, expected.get("input_ids"));
        }
    }

    @Nested
    class InBothRenderings {

        @ParameterizedTest
        @EnumSource
        void logits_and_every_gradient_are_equal(Activation activation) {
            Transformer transformer = small(activation, 0, true);
            NDArray ids = someIds(3, 11, 23);
            Map<String, float[]> fused = gradients(transformer, ids, null);
            Map<String, float[]> explicit = gradients(transformer, ids, new Trace());
            assertThat(fused.keySet()).isEqualTo(explicit.keySet()).hasSize(2 + 2 * 12 + 2);
            fused.forEach((name, gradient) ->
                    assertThat(gradient).as(name).containsExactly(explicit.get(name), within(2e-5f)));
        }

        /** Returns the logits under "logits", and under each parameter's name its gradient of a weighted sum of the logits. */
        private Map<String, float[]> gradients(Transformer transformer, NDArray ids, Trace trace) {
            Map<String, float[]> gradients = new LinkedHashMap<>();
            try (GradMode on = GradMode.on();
                    NDManager pass = manager.newSubManager()) {
                NDArray here = ids.duplicate();
                here.attach(pass);
                NDArray logits = forward(transformer, here, true, trace);
                NDArray direction = pass.create(alternating(logits.size()), logits.getShape());
                NDList found = OptimizerKernels.load(manager)
                        .gradients(logits.mul(direction).sum(), parameters(transformer));
                gradients.put("logits", logits.toFloatArray());
                int next = 0;
                for (String name : trained(transformer)) {
                    gradients.put(name, found.get(next++).toFloatArray());
                }
            }
            return gradients;
        }

        private float[] alternating(long size) {
            float[] values = new float[Math.toIntExact(size)];
            for (int i = 0; i < values.length; i++) {
                values[i] = (i % 7 - 3) * .01f;
            }
            return values;
        }
    }

    @Test
    void a_position_sees_nothing_of_what_comes_after_it() {
        try (GradMode off = GradMode.off()) {
            Transformer transformer = small(Activation.GELU_NEW, 0, true);
            NDArray one = manager.create(new long[] {1, 2, 3, 4, 5, 6}, new Shape(1, 6));
            NDArray other = manager.create(new long[] {1, 2, 3, 9, 8, 7}, new Shape(1, 6));
            float[] before = forward(transformer, one, false, null).toFloatArray();
            float[] after = forward(transformer, other, false, null).toFloatArray();
            int threePositions = 3 * 23;
            for (int i = 0; i < threePositions; i++) {
                assertThat(after[i]).isEqualTo(before[i], within(1e-6f));
            }
            assertThat(after[threePositions]).isNotEqualTo(before[threePositions]);
        }
    }

    @Test
    void weights_sum_to_one_and_are_zero_above_the_diagonal() {
        try (GradMode off = GradMode.off()) {
            Trace trace = new Trace();
            forward(small(Activation.RELU, 0, true), someIds(2, 9, 23), false, trace);
            assertThat(trace.layers()).isEqualTo(2);
            float[] weights = trace.get(1, Trace.Step.WEIGHTS).toFloatArray(); // (2,4,9,9)
            for (int row = 0; row < 2 * 4 * 9; row++) {
                double sum = 0;
                for (int key = 0; key < 9; key++) {
                    sum += weights[row * 9 + key];
                    if (key > row % 9) {
                        assertThat(weights[row * 9 + key]).isZero();
                    }
                }
                assertThat(sum).isEqualTo(1, within(1e-6));
            }
        }
    }

    @Test
    void dropout_changes_only_training_passes() {
        Transformer transformer = small(Activation.GELU_NEW, 0.5, true);
        NDArray ids = someIds(1, 8, 23);
        try (GradMode off = GradMode.off()) {
            float[] first = forward(transformer, ids, false, null).toFloatArray();
            assertThat(forward(transformer, ids, false, null).toFloatArray()).isEqualTo(first);
            assertThat(forward(transformer, ids, false, new Trace()).toFloatArray())
                    .containsExactly(first, within(1e-5f));
        }
        try (GradMode on = GradMode.on()) {
            float[] first = forward(transformer, ids, true, null).toFloatArray();
            assertThat(forward(transformer, ids, true, null).toFloatArray()).isNotEqualTo(first);
            assertThat(forward(transformer, ids, true, new Trace()).toFloatArray())
                    .isNotEqualTo(first);
        }
    }

    @Test
    void without_biases_they_stay_zero_and_untrained() {
        Transformer transformer = small(Activation.GELU_NEW, 0, false);
        Parameter bias = transformer.namedParameters().get("h.0.attn.c_attn.bias");
        assertThat(bias.requiresGradient()).isFalse();
        assertThat(bias.getArray().toFloatArray()).containsOnly(0);
    }

    @Test
    void the_initial_weights_depend_on_the_seed_and_have_gpt2s_deviation() {
        float[] one = start(1);
        assertThat(start(1)).isEqualTo(one);
        assertThat(start(2)).isNotEqualTo(one);
        double squares = 0;
        for (float weight : one) {
            squares += weight * weight;
        }
        assertThat(Math.sqrt(squares / one.length)).isEqualTo(.02, within(.002)); // Radford et al. 2019
    }

    private float[] start(long seed) {
        Transformer transformer = new Transformer(config(Activation.GELU_NEW, 0, true), manager);
        transformer.initialize(manager, new GptInitializer(transformer.config(), seed, false));
        return transformer
                .namedParameters()
                .get("h.0.mlp.c_fc.weight")
                .getArray()
                .toFloatArray();
    }

    @Test
    void more_positions_than_the_context_are_refused() {
        Transformer transformer = small(Activation.GELU_NEW, 0, true);
        assertThatThrownBy(() -> forward(transformer, someIds(1, 13, 23), false, null))
                .hasMessage("13 positions are more than the context of 12");
    }

    private Transformer small(Activation activation, double dropout, boolean biases) {
        Transformer transformer = new Transformer(config(activation, dropout, biases), manager);
        transformer.initialize(manager, new GptInitializer(transformer.config(), 1, false));
        transformer.namedParameters().forEach((name, parameter) -> { // move away from where every bias is 0 and norm 1
            if (parameter.requiresGradient()) {
                NDArray array = parameter.getArray();
                array.addi(manager.randomNormal(0, .1f, array.getShape(), DataType.FLOAT32));
            }
        });
        return transformer;
    }

    private static ModelConfig config(Activation activation, double dropout, boolean biases) {
        return ModelConfig.builder(23, 12, 16, 2)
                .attention(new Attention(4, biases))
                .feedForward(new FeedForward(40, activation, biases))
                .norm(new Norm(1e-5, biases))
                .embeddingScale(4)
                .dropout(dropout)
                .build();
    }

    private NDArray someIds(int rows, int columns, int vocabulary) {
        long[] ids = new long[rows * columns];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (i * 7L + i / columns) % vocabulary;
        }
        return manager.create(ids, new Shape(rows, columns));
    }

    private NDArray forward(Transformer transformer, NDArray ids, boolean training, Trace trace) {
        PairList<String, Object> params = trace == null ? null : trace.asParams();
        return transformer
                .forward(new ParameterStore(manager, false), new NDList(ids), training, params)
                .head();
    }

    private static List<String> trained(Transformer transformer) {
        return transformer.namedParameters().entrySet().stream()
                .filter(entry -> entry.getValue().requiresGradient())
                .map(Map.Entry::getKey)
                .toList();
    }

    private static NDList parameters(Transformer transformer) {
        NDList arrays = new NDList();
        trained(transformer)
                .forEach(name ->
                        arrays.add(transformer.namedParameters().get(name).getArray()));
        return arrays;
    }

    private static void assertClose(NDArray actual, float[] expected, float tolerance) {
        assertThat(actual.toFloatArray()).containsExactly(expected, within(tolerance));
    }
}
