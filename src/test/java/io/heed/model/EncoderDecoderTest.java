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
import ai.djl.training.ParameterStore;
import io.heed.kernels.GradMode;
import io.heed.kernels.OptimizerKernels;
import io.heed.model.shape.Activation;
import io.heed.model.shape.Architecture;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The encoder-decoder transformer, in its two renderings, with each of its masks. */
class EncoderDecoderTest {

    private static final int VOCABULARY = 23;
    private static final long[][] SOURCES = {{1, 5, 9, 2, 7}, {1, 8, 3}, {4}};
    private static final long[][] TARGETS = {{1, 2, 3, 4}, {6, 11, 2, 8}, {3, 1, 1, 9}};

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @EnumSource
    void logits_and_every_gradient_are_equal_in_both_renderings(Activation activation) {
        Transformer transformer = small(activation, true);
        Map<String, float[]> fused = gradients(transformer, null);
        Map<String, float[]> explicit = gradients(transformer, new Trace());
        assertThat(fused.keySet()).isEqualTo(explicit.keySet()).hasSize(2 + 2 * 12 + 2 + 2 * 18 + 2);
        fused.forEach(
                (name, gradient) -> assertThat(gradient).as(name).containsExactly(explicit.get(name), within(2e-5f)));
        assertThat(fused.get("encoder.h.0.attn.c_attn.weight")).isNotEqualTo(new float[16 * 48]);
    }

    @ParameterizedTest
    @CsvSource({"false, true", "true, false"})
    void without_biases_or_with_an_untied_head_too(boolean biases, boolean tiedHead) {
        Transformer transformer = small(Activation.RELU, biases, tiedHead);
        Map<String, float[]> fused = gradients(transformer, null);
        Map<String, float[]> explicit = gradients(transformer, new Trace());
        fused.forEach(
                (name, gradient) -> assertThat(gradient).as(name).containsExactly(explicit.get(name), within(2e-5f)));
    }

    /** Returns the logits under "logits", and under each parameter's name its gradient of a weighted sum of the logits. */
    private Map<String, float[]> gradients(Transformer transformer, Trace trace) {
        Map<String, float[]> gradients = new LinkedHashMap<>();
        try (GradMode on = GradMode.on();
                NDManager pass = manager.newSubManager()) {
            NDArray logits = forward(transformer, pass, SOURCES, TARGETS, true, trace);
            float[] direction = new float[(int) logits.size()];
            for (int i = 0; i < direction.length; i++) {
                direction[i] = (i % 7 - 3) * .01f;
            }
            List<String> trained = transformer.namedParameters().entrySet().stream()
                    .filter(entry -> entry.getValue().requiresGradient())
                    .map(Map.Entry::getKey)
                    .toList();
            NDList parameters = new NDList();
            trained.forEach(name ->
                    parameters.add(transformer.namedParameters().get(name).getArray()));
            NDList found = OptimizerKernels.load(manager)
                    .gradients(
                            logits.mul(pass.create(direction, logits.getShape()))
                                    .sum(),
                            parameters);
            gradients.put("logits", logits.toFloatArray());
            for (int i = 0; i < trained.size(); i++) {
                gradients.put(trained.get(i), found.get(i).toFloatArray());
            }
        }
        return gradients;
    }

    @Test
    void a_row_beside_longer_ones_is_read_as_alone() {
        Transformer transformer = small(Activation.GELU_NEW, true);
        for (Trace trace : new Trace[] {null, new Trace()}) {
            float[] all = logits(transformer, SOURCES, TARGETS, trace);
            for (int row = 0; row < SOURCES.length; row++) {
                float[] alone = logits(transformer, new long[][] {SOURCES[row]}, new long[][] {TARGETS[row]}, null);
                assertThat(alone)
                        .containsExactly(
                                Arrays.copyOfRange(all, row * alone.length, (row + 1) * alone.length), within(1e-5f));
            }
        }
    }

    @Test
    void the_encoder_sees_both_ways_and_the_decoder_sees_the_source_and_the_past() {
        Transformer transformer = small(Activation.GELU_NEW, true);
        Trace trace = new Trace();
        logits(transformer, SOURCES, TARGETS, trace);
        assertThat(trace.layers()).isEqualTo(2);
        for (int layer = 0; layer < 2; layer++) {
            assertSees(
                    trace.get(Trace.Part.ENCODER, layer, Trace.Step.WEIGHTS),
                    5,
                    (row, query, key) -> key < SOURCES[row].length);
            assertSees(trace.get(Trace.Part.DECODER, layer, Trace.Step.WEIGHTS), 4, (row, query, key) -> key <= query);
            assertSees(
                    trace.get(Trace.Part.CROSS, layer, Trace.Step.WEIGHTS),
                    5,
                    (row, query, key) -> key < SOURCES[row].length);
        }
    }

    private interface Seen {
        boolean by(int row, int query, int key);
    }

    private static void assertSees(NDArray weights, int keys, Seen seen) {
        assertThat(weights.getShape().get(3)).isEqualTo(keys);
        int queries = (int) weights.getShape().get(2);
        float[] all = weights.toFloatArray();
        for (int i = 0; i < all.length; i++) {
            int query = i / keys % queries;
            int row = i / keys / queries / 4;
            assertThat(all[i] > 0)
                    .as("row %d, query %d, key %d", row, query, i % keys)
                    .isEqualTo(seen.by(row, query, i % keys));
        }
    }

    @Test
    void cross_attention_is_the_formula_of_what_was_recorded() {
        Transformer transformer = small(Activation.GELU_NEW, true);
        Trace trace = new Trace();
        logits(transformer, new long[][] {SOURCES[0]}, new long[][] {TARGETS[0]}, trace);
        int width = 16;
        int wide = 4; // D
        float[] memory =
                trace.get(Trace.Part.ENCODER, -1, Trace.Step.FINAL_NORM).toFloatArray(); // (1,5,16)
        float[] read =
                trace.get(Trace.Part.CROSS, 1, Trace.Step.ATTENTION_INPUT).toFloatArray(); // (1,4,16)
        float[] weight = parameter(transformer, "h.1.crossattention.c_attn.weight"); // (16,48)
        float[] bias = parameter(transformer, "h.1.crossattention.c_attn.bias");
        float[] weights = trace.get(Trace.Part.CROSS, 1, Trace.Step.WEIGHTS).toFloatArray(); // (1,4,4,5)
        int head = 2;
        int query = 3;
        double[] scores = new double[5];
        for (int key = 0; key < 5; key++) {
            for (int d = head * wide; d < (head + 1) * wide; d++) {
                double q = bias[d];
                double k = bias[width + d];
                for (int c = 0; c < width; c++) {
                    q += read[query * width + c] * weight[c * 3 * width + d];
                    k += memory[key * width + c] * weight[c * 3 * width + width + d];
                }
                scores[key] += q * k / Math.sqrt(wide);
            }
        }
        double sum = Arrays.stream(scores).map(Math::exp).sum();
        for (int key = 0; key < 5; key++) {
            assertThat(weights[(head * 4 + query) * 5 + key])
                    .isEqualTo((float) (Math.exp(scores[key]) / sum), within(1e-5f));
        }
    }

    private static float[] parameter(Transformer transformer, String name) {
        return transformer.namedParameters().get(name).getArray().toFloatArray();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void continuing_with_a_cache_gives_the_logits_of_every_position(boolean tiedHead) {
        Transformer transformer = small(Activation.GELU_NEW, true, tiedHead);
        float[] whole = logits(transformer, SOURCES, TARGETS, null);
        ParameterStore store = new ParameterStore(manager, false);
        for (int first : new int[] {1, 3}) { // tokens read at once, then one by one
            try (GradMode off = GradMode.off();
                    KeyValueCache cache = new KeyValueCache(manager, transformer.config(), 0, 0, 0)) {
                transformer.readSource(store, padded(manager, SOURCES), lengths(manager, SOURCES), cache);
                for (int start = 0, end = first; end <= 4; start = end++) {
                    NDArray some = padded(manager, TARGETS).get(new NDIndex(":, {}:{}", start, end));
                    assertRows(
                            transformer
                                    .forward(store, new NDList(some), false, cache.asParams())
                                    .head(),
                            whole,
                            end,
                            0,
                            1,
                            2);
                }
                try (KeyValueCache selected = cache.select(2, 0)) {
                    selected.truncate(3);
                    NDArray last = manager.create(new long[][] {{TARGETS[2][3]}, {TARGETS[0][3]}});
                    assertRows(
                            transformer
                                    .forward(store, new NDList(last), false, selected.asParams())
                                    .head(),
                            whole,
                            4,
                            2,
                            0);
                }
                try (KeyValueCache one = cache.select(2)) {
                    one.truncate(3);
                    assertRows(transformer.readNext(store, manager.getDevice(), TARGETS[2][3], one), whole, 4, 2);
                }
            }
        }
    }

    private static void assertRows(NDArray logits, float[] whole, int end, int... rows) {
        for (int i = 0; i < rows.length; i++) {
            int from = (rows[i] * 4 + end - 1) * VOCABULARY;
            assertThat(logits.get(i).toFloatArray())
                    .containsExactly(Arrays.copyOfRange(whole, from, from + VOCABULARY), within(1e-5f));
        }
    }

    @Test
    void longer_sources_than_the_context_are_refused() {
        Transformer transformer = small(Activation.GELU_NEW, true);
        assertThatThrownBy(() -> logits(transformer, new long[][] {new long[13]}, new long[][] {{1}}, null))
                .hasMessage("13 positions are more than the context of 12");
    }

    private Transformer small(Activation activation, boolean biases) {
        return small(activation, biases, true);
    }

    private Transformer small(Activation activation, boolean biases, boolean tiedHead) {
        ModelConfig config = ModelConfig.builder(VOCABULARY, 12, 16, 2)
                .attention(new Attention(4, biases))
                .feedForward(new FeedForward(40, activation, biases))
                .norm(new Norm(1e-5, biases))
                .embeddingScale(4)
                .architecture(Architecture.ENCODER_DECODER)
                .tiedHead(tiedHead)
                .build();
        Transformer transformer = new Transformer(config, manager);
        transformer.initialize(manager, new GptInitializer(config, 1, false));
        transformer.namedParameters().forEach((name, parameter) -> { // move away from where every bias is 0 and norm 1
            if (parameter.requiresGradient()) {
                NDArray array = parameter.getArray();
                array.addi(manager.randomNormal(0, .1f, array.getShape(), DataType.FLOAT32));
            }
        });
        return transformer;
    }

    private float[] logits(Transformer transformer, long[][] sources, long[][] targets, Trace trace) {
        try (GradMode off = GradMode.off()) {
            return forward(transformer, manager, sources, targets, false, trace).toFloatArray();
        }
    }

    private static NDArray forward(
            Transformer transformer,
            NDManager owner,
            long[][] sources,
            long[][] targets,
            boolean training,
            Trace trace) {
        NDList inputs = new NDList(padded(owner, targets), padded(owner, sources), lengths(owner, sources));
        return transformer
                .forward(new ParameterStore(owner, false), inputs, training, trace == null ? null : trace.asParams())
                .head();
    }

    /** (rows, longest) int64, padded with a token that would show if padding were read. */
    private static NDArray padded(NDManager owner, long[][] rows) {
        int columns = Arrays.stream(rows).mapToInt(row -> row.length).max().orElseThrow();
        long[] all = new long[rows.length * columns];
        Arrays.fill(all, 7);
        for (int row = 0; row < rows.length; row++) {
            System.arraycopy(rows[row], 0, all, row * columns, rows[row].length);
        }
        return owner.create(all, new Shape(rows.length, columns));
    }

    private static NDArray lengths(NDManager owner, long[][] rows) {
        return owner.create(Arrays.stream(rows).mapToLong(row -> row.length).toArray());
    }
}
