package io.heed.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.heed.kernels.GradMode;
import io.heed.kernels.OptimizerKernels;
import io.heed.model.Trace.Step;
import io.heed.model.shape.Activation;
import io.heed.model.shape.Attention;
import io.heed.model.shape.Attention.Biases;
import io.heed.model.shape.FeedForward;
import io.heed.model.shape.ModelConfig;
import io.heed.model.shape.Norm;
import io.heed.model.shape.Positions;
import io.heed.model.shape.Residual;
import io.heed.model.shape.RotaryPositions;
import io.heed.model.shape.RotaryScaling;
import io.heed.model.shape.SlidingWindow;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every variant of the transformer gives the same explicit, fused, cached, padded and resumed. */
class VariantsTest {

    private static final Attention FOUR = new Attention(4, false);
    private static final Positions ROTARY = new Positions.Rotary(10_000, 1, new RotaryScaling.None());
    private static final Norm RMS = new Norm(Norm.Kind.RMS, 1e-6, false);
    private static final FeedForward GATED = new FeedForward(24, Activation.SILU, true, false);

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private static ModelConfig.Builder shape() {
        return ModelConfig.builder(23, 12, 16, 2)
                .attention(FOUR)
                .feedForward(new FeedForward(24, Activation.GELU, true));
    }

    static Stream<Map.Entry<String, ModelConfig>> variants() {
        SlidingWindow window = new SlidingWindow(3, List.of(1));
        return Map.of(
                        "rotary", shape().positions(ROTARY),
                        "half rotary", shape().positions(new Positions.Rotary(500, 0.5, new RotaryScaling.Linear(2))),
                        "root mean square", shape().norm(RMS),
                        "gated", shape().feedForward(GATED),
                        "grouped", shape().attention(FOUR.withKeyHeads(2).withBiases(Biases.QUERY_KEY_VALUE)),
                        "wide heads",
                                shape().attention(FOUR.withKeyHeads(1).withWidth(6))
                                        .positions(ROTARY),
                        "normed queries and keys", shape().attention(FOUR.withQueryKeyNorm(true)),
                        "parallel", shape().residual(Residual.PARALLEL).attention(new Attention(4, true)),
                        "window", shape().attention(FOUR.withWindow(window)),
                        "all of them",
                                shape().positions(ROTARY)
                                        .norm(RMS)
                                        .feedForward(GATED)
                                        .residual(Residual.PARALLEL)
                                        .tiedHead(false)
                                        .attention(FOUR.withKeyHeads(2)
                                                .withWidth(8)
                                                .withQueryKeyNorm(true)
                                                .withWindow(window)))
                .entrySet()
                .stream()
                .map(entry -> Map.entry(entry.getKey(), entry.getValue().build()));
    }

    private Transformer transformer(ModelConfig config) {
        Transformer transformer = new Transformer(config, manager);
        GptInitializer start = new GptInitializer(config, 1, false);
        transformer.initialize(
                manager,
                name -> transformer.plan().get(name).trained()
                        ? (owner, shape, type) -> owner.randomNormal(
                                name.contains("norm") || name.contains("ln_") ? 1 : 0, .3f, shape, type)
                        : start.apply(name));
        return transformer;
    }

    @ParameterizedTest
    @MethodSource("variants")
    void both_renderings_and_their_gradients_are_equal(Map.Entry<String, ModelConfig> variant) {
        Transformer transformer = transformer(variant.getValue());
        OptimizerKernels kernels = OptimizerKernels.load(manager);
        NDArray ids = manager.create(new long[] {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8}, new Shape(2, 6));
        float[][][] both = new float[2][][];
        for (int rendering = 0; rendering < 2; rendering++) {
            try (GradMode on = GradMode.on()) {
                NDArray logits = forward(transformer, ids, true, rendering == 0 ? null : new Trace().asParams());
                NDList weights = new NDList();
                transformer.namedParameters().values().stream()
                        .filter(parameter -> parameter.requiresGradient())
                        .forEach(parameter -> weights.add(parameter.getArray()));
                NDList gradients = kernels.gradients(logits.square().mean(), weights);
                both[rendering] = new float[gradients.size() + 1][];
                both[rendering][0] = logits.toFloatArray();
                for (int i = 0; i < gradients.size(); i++) {
                    both[rendering][i + 1] = gradients.get(i).toFloatArray();
                }
            }
        }
        for (int i = 0; i < both[0].length; i++) {
            assertThat(both[0][i]).containsExactly(both[1][i], within(2e-3f));
        }
    }

    @ParameterizedTest
    @MethodSource("variants")
    void reading_on_with_a_cache_and_padding_gives_the_same(Map.Entry<String, ModelConfig> variant) {
        Transformer transformer = transformer(variant.getValue());
        long[] ids = {3, 1, 4, 1, 5, 9, 2, 6};
        try (GradMode off = GradMode.off();
                KeyValueCache cache = new KeyValueCache(manager, variant.getValue(), 0, 2)) {
            float[] whole = last(forward(transformer, manager.create(ids, new Shape(1, 8)), false, null));
            long[] less = Arrays.copyOfRange(ids, 2, 8);
            float[] shorter = last(forward(transformer, manager.create(less, new Shape(1, 6)), false, null));
            NDArray rows = manager.create(new long[] {3, 1, 4, 1, 5, 9, 2, 6, 0, 0, 4, 1, 5, 9, 2, 6}, new Shape(2, 8));
            forward(transformer, rows.get(new NDIndex(":, :4")), false, cache.asParams());
            forward(transformer, rows.get(new NDIndex(":, 4:6")), false, cache.asParams());
            forward(transformer, rows.get(new NDIndex(":, 6:7")), false, cache.asParams());
            NDArray logits = forward(transformer, rows.get(new NDIndex(":, 7:")), false, cache.asParams());
            assertThat(logits.get(0).toFloatArray()).containsExactly(whole, within(1e-3f));
            assertThat(logits.get(1).toFloatArray()).containsExactly(shorter, within(1e-3f));
        }
    }

    @ParameterizedTest
    @MethodSource("variants")
    void the_next_token_of_a_single_row_gives_the_same(Map.Entry<String, ModelConfig> variant) {
        Transformer transformer = transformer(variant.getValue());
        ParameterStore store = new ParameterStore(manager, false);
        long[] ids = {3, 1, 4, 1, 5, 9, 2, 6};
        try (GradMode off = GradMode.off();
                KeyValueCache cache = new KeyValueCache(manager, variant.getValue(), 0)) {
            float[] whole = last(forward(transformer, manager.create(ids, new Shape(1, 8)), false, null));
            forward(transformer, manager.create(new long[][] {{3, 1}}), false, cache.asParams());
            for (int position = 2; position < 7; position++) {
                transformer.readNext(store, manager.getDevice(), ids[position], cache);
            }
            NDArray logits = transformer.readNext(store, manager.getDevice(), ids[7], cache);
            assertThat(cache.length()).isEqualTo(8);
            assertThat(logits.toFloatArray()).containsExactly(whole, within(1e-3f));
        }
    }

    @ParameterizedTest
    @MethodSource("variants")
    void what_attention_wrote_can_be_changed_where_nothing_has_read_it(Map.Entry<String, ModelConfig> variant) {
        ModelConfig config = variant.getValue();
        Transformer transformer = transformer(config);
        NDArray ids = manager.create(new long[] {3, 1, 4, 1, 5, 9}, new Shape(1, 6));
        NDArray change = manager.randomNormal(0, 1, new Shape(1, 6, 16), ai.djl.ndarray.types.DataType.FLOAT32);
        try (GradMode off = GradMode.off()) {
            for (int layer = 0; layer < 2; layer++) {
                int changed = layer;
                Trace trace = new Trace(
                        java.util.EnumSet.allOf(Step.class),
                        (where, value) -> where.layer() == changed && where.step() == Step.ATTENTION_OUTPUT
                                ? value.add(change)
                                : value);
                float[] expected = last(forward(transformer, ids, false, trace.asParams()));
                Trace plain = new Trace();
                forward(transformer, ids, false, plain.asParams());
                Step step = transformer.afterAttention();
                NDArray stream = plain.get(layer, step).add(change);
                float[] found = transformer
                        .resume(new ParameterStore(manager, false), stream, layer, step, false)
                        .toFloatArray();
                assertThat(found).containsExactly(expected, within(1e-3f));
            }
        }
    }

    /** D = 4: the angles of position 1 are 1 and 1/10000^(2/4) = 0.01. */
    @Test
    void a_vector_is_turned_by_the_angles_of_its_position() {
        NDArray x = manager.create(new float[] {1, 1, 0, 0, 1, 1, 0, 0}, new Shape(1, 1, 2, 4));
        float[] expected = {
            1, 1, 0, 0, (float) Math.cos(1), (float) Math.cos(.01), (float) Math.sin(1), (float) Math.sin(.01)
        };
        NDArray rows = manager.create(
                RotaryPositions.table(new Positions.Rotary(10_000, 1, new RotaryScaling.None()), 2, 4),
                new Shape(2, 4));
        assertThat(RotaryPositions.turn(x, rows).toFloatArray()).containsExactly(expected, within(1e-6f));
    }

    private NDArray forward(Transformer transformer, NDArray ids, boolean training, PairList<String, Object> params) {
        return transformer
                .forward(new ParameterStore(manager, false), new NDList(ids), training, params)
                .head();
    }

    private static float[] last(NDArray logits) {
        return logits.get(new NDIndex("0, -1")).toFloatArray();
    }
}
