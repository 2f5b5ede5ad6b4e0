package io.heed.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.heed.kernels.GradMode;
import io.heed.model.shape.Attention;
import io.heed.model.shape.ModelConfig;
import io.heed.model.shape.SlidingWindow;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts of thousands of tokens are read and measured a part at a time, with the result of doing it at once. */
class LongTextTest {

    private static final int LENGTH = 2300; // read in three parts
    private static final int VOCABULARY = 4000; // so that the logits are computed in three parts, too

    private NDManager manager;
    private ParameterStore store;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager(Device.cpu());
        store = new ParameterStore(manager, false);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private Transformer transformer(boolean window) {
        Attention attention = new Attention(2, true);
        ModelConfig config = ModelConfig.builder(VOCABULARY, 2500, 16, 2)
                .attention(window ? attention.withWindow(new SlidingWindow(700, List.of(1))) : attention)
                .build();
        Transformer transformer = new Transformer(config, manager);
        transformer.initialize(manager, new GptInitializer(config, 1, false));
        transformer.namedParameters().values().stream()
                .filter(parameter -> parameter.requiresGradient())
                .forEach(parameter -> parameter.getArray().muli(10)); // so that attention tells positions apart
        return transformer;
    }

    private NDArray ids(long seed) {
        return manager.create(new Random(seed).longs(LENGTH, 0, VOCABULARY).toArray(), new Shape(1, LENGTH));
    }

    private NDArray logits(Transformer transformer, NDArray ids) {
        return transformer.forward(store, new NDList(ids), false).head();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_cache_reads_a_long_text_in_parts(boolean window) {
        try (GradMode off = GradMode.off();
                KeyValueCache alone =
                        new KeyValueCache(manager, transformer(window).config(), 0);
                KeyValueCache padded =
                        new KeyValueCache(manager, transformer(window).config(), 0, 1100)) {
            Transformer transformer = transformer(window);
            NDArray ids = ids(1);
            float[] expected =
                    logits(transformer, ids).get(new NDIndex("0, -1")).toFloatArray();
            NDArray first = ids.get(new NDIndex(":, 0:5"));
            transformer.forward(store, new NDList(first), false, alone.asParams());
            NDArray rest = ids.get(new NDIndex(":, 5:"));
            NDArray read = transformer
                    .forward(store, new NDList(rest), false, alone.asParams())
                    .head();
            assertThat(read.toFloatArray()).containsExactly(expected, within(1e-4f));
            assertThat(alone.length()).isEqualTo(LENGTH);

            NDArray end = ids.get(new NDIndex(":, 1100:"));
            float[] shorter = logits(transformer, end).get(new NDIndex("0, -1")).toFloatArray();
            NDArray two = transformer
                    .forward(store, new NDList(ids.concat(ids, 0)), false, padded.asParams())
                    .head();
            assertThat(two.get(0).toFloatArray()).containsExactly(expected, within(1e-4f));
            assertThat(two.get(1).toFloatArray()).containsExactly(shorter, within(1e-4f));
        }
    }

    @Test
    void a_cache_grows_token_by_token() {
        try (GradMode off = GradMode.off()) {
            Transformer transformer = transformer(false);
            NDArray ids = ids(1).get(new NDIndex(":, :70"));
            float[] expected =
                    logits(transformer, ids).get(new NDIndex("0, -1")).toFloatArray();
            try (KeyValueCache cache = new KeyValueCache(manager, transformer.config(), 0)) {
                NDArray first = ids.get(new NDIndex(":, :60"));
                transformer.forward(store, new NDList(first), false, cache.asParams());
                NDArray last = first;
                for (long id : ids.get(new NDIndex(":, 60:")).toLongArray()) { // the first room is 64 positions
                    last = transformer.readNext(store, manager.getDevice(), id, cache);
                }
                assertThat(last.toFloatArray()).containsExactly(expected, within(1e-4f));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1500, LENGTH - 1})
    void predictions_are_measured_in_parts(int start) {
        try (GradMode off = GradMode.off()) {
            Transformer transformer = transformer(false);
            NDArray ids = ids(1);
            NDArray targets = ids(2);
            NDArray all = logits(transformer, ids);
            float[] expected =
                    transformer.kernels().foresee(all, targets, start).toFloatArray();
            NDArray found = transformer.assess(store, ids, targets, start);
            assertThat(found.getShape()).isEqualTo(new Shape(3, 1, LENGTH - start));
            int positions = LENGTH - start;
            float[] numbers = found.toFloatArray();
            for (int i = 0; i < numbers.length; i++) {
                float tolerance = i / positions == 1 ? 2 : 1e-4f; // ranks of almost equal tokens may be exchanged
                assertThat(numbers[i]).isCloseTo(expected[i], within(tolerance));
            }
        }
    }
}
