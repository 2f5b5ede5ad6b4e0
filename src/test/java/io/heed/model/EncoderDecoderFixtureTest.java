package io.heed.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.training.ParameterStore;
import io.heed.checkpoint.Safetensors.StoredArray;
import io.heed.kernels.GradMode;
import io.heed.kernels.OptimizerKernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole encoder-decoder transformer against one written in PyTorch, {@code fixtures/make_encoder_decoder.py}. */
class EncoderDecoderFixtureTest {

    private static final Map<String, StoredArray> EXPECTED = Fixtures.read("encoder-decoder/expected.safetensors");
    private static final int LAYERS = Fixtures.ENCODER_DECODER.layers();
    private static final int VOCABULARY = Fixtures.ENCODER_DECODER.vocabulary();

    private NDManager manager;
    private Transformer transformer;
    private ParameterStore store;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
        transformer = Fixtures.encoderDecoder(manager);
        store = new ParameterStore(manager, false);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private NDArray longs(String name) {
        return Fixtures.longs(manager, EXPECTED.get(name));
    }

    private NDArray logits(boolean training, Trace trace) {
        NDList inputs = new NDList(longs("inputs"), longs("sources"), longs("lengths"));
        return transformer
                .forward(store, inputs, training, trace == null ? null : trace.asParams())
                .head();
    }

    private static void assertEqual(NDArray found, String name) {
        assertThat(found.getShape().getShape())
                .as(name)
                .isEqualTo(EXPECTED.get(name).shape());
        assertThat(found.toFloatArray())
                .as(name)
                .containsExactly(EXPECTED.get(name).floats(), within(1e-4f));
    }

    @Test
    void the_explicit_rendering_gives_the_logits_and_the_weights_of_all_three_attentions() {
        try (GradMode off = GradMode.off()) {
            Trace trace = new Trace();
            assertEqual(logits(false, trace), "logits");
            assertEqual(trace.get(Trace.Part.ENCODER, -1, Trace.Step.FINAL_NORM), "memory");
            for (int layer = 0; layer < LAYERS; layer++) {
                assertEqual(trace.get(Trace.Part.ENCODER, layer, Trace.Step.WEIGHTS), "encoder." + layer);
                assertEqual(trace.get(Trace.Part.DECODER, layer, Trace.Step.WEIGHTS), "decoder." + layer);
                assertEqual(trace.get(Trace.Part.CROSS, layer, Trace.Step.WEIGHTS), "cross." + layer);
            }
        }
    }

    @Test
    void the_fused_rendering_gives_the_logits() {
        try (GradMode off = GradMode.off()) {
            assertEqual(logits(false, null), "logits");
        }
    }

    @Test
    void a_cache_gives_the_same_logits_token_by_token() {
        float[] whole = EXPECTED.get("logits").floats();
        int rows = (int) EXPECTED.get("inputs").shape()[0];
        int columns = (int) EXPECTED.get("inputs").shape()[1];
        try (GradMode off = GradMode.off();
                KeyValueCache cache = new KeyValueCache(manager, transformer.config(), new int[rows])) {
            transformer.readSource(store, longs("sources"), longs("lengths"), cache);
            for (int column = 0; column < columns; column++) {
                NDArray next = longs("inputs").get(new NDIndex(":, {}:{}", column, column + 1));
                NDArray logits = transformer
                        .forward(store, new NDList(next), false, cache.asParams())
                        .head(); // (B,V)
                for (int row = 0; row < rows; row++) {
                    float[] expected = new float[VOCABULARY];
                    System.arraycopy(whole, (row * columns + column) * VOCABULARY, expected, 0, VOCABULARY);
                    assertThat(logits.get(row).toFloatArray())
                            .as("row %d, position %d", row, column)
                            .containsExactly(expected, within(1e-4f));
                }
            }
        }
    }

    @Test
    void training_gives_the_loss_and_the_gradient_of_every_weight() {
        Map<String, StoredArray> expected = Fixtures.read("encoder-decoder/gradients.safetensors");
        List<String> trained = new ArrayList<>();
        NDList weights = new NDList();
        transformer.namedParameters().forEach((name, parameter) -> {
            if (parameter.requiresGradient()) {
                trained.add(name);
                weights.add(parameter.getArray());
            }
        });
        assertThat(trained).containsExactlyInAnyOrderElementsOf(expected.keySet());

        long[] targets = EXPECTED.get("targets").longs();
        float count = Arrays.stream(targets).filter(id -> id >= 0).count();
        try (GradMode on = GradMode.on()) {
            NDArray loss = transformer
                    .kernels()
                    .crossEntropy(
                            logits(true, null), longs("targets"), manager.create(1 / count), manager.create(0f), true);
            assertEqual(loss, "loss");
            NDList gradients = OptimizerKernels.load(manager).gradients(loss, weights);
            for (int i = 0; i < weights.size(); i++) {
                float[] theirs = expected.get(trained.get(i)).floats();
                float largest = 0;
                for (float number : theirs) {
                    largest = Math.max(largest, Math.abs(number));
                }
                assertThat(gradients.get(i).toFloatArray())
                        .as(trained.get(i))
                        .containsExactly(theirs, within(1e-4f * largest));
            }
        }
    }
}
