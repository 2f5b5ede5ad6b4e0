package io.heed.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import io.heed.Seeds;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.TinyModels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is read from memory, against the same text read whole without any. */
class CachedReaderTest {

    private static final float CLOSE = 1e-4f;
    private static final int CONTEXT = TinyModels.CONTEXT;

    private final RandomGenerator random = Seeds.random(1, "test", 0);
    private LanguageModel model;
    private CachedReader reader;

    @BeforeEach
    void open() {
        model = TinyModels.characters("abcdefghijklmnopqrstuvwxyz");
        reader = new CachedReader(model);
    }

    @AfterEach
    void close() {
        reader.close();
        model.close();
    }

    private long[] text(int length) {
        return random.longs(length, 1, model.tokenizer().size()).toArray();
    }

    private static long[] append(long[] text, long... more) {
        long[] longer = Arrays.copyOf(text, text.length + more.length);
        System.arraycopy(more, 0, longer, text.length, more.length);
        return longer;
    }

    /** The logits after a text, of which the last tokens are read without memory. */
    private float[] uncached(long[] text, int window) {
        long[] last = Arrays.copyOfRange(text, Math.max(0, text.length - window), text.length);
        try (NDManager reading = model.newReading()) {
            return model.read(reading, last, null).get(0, last.length - 1).toFloatArray();
        }
    }

    private void assertReads(long[]... texts) {
        float[][] logits = reader.read(List.of(texts));
        for (int row = 0; row < texts.length; row++) {
            assertThat(logits[row]).as("row %d", row).containsExactly(uncached(texts[row], CONTEXT), within(CLOSE));
        }
    }

    @Test
    void a_text_that_grows_by_a_token_or_several() {
        long[] text = text(1);
        for (int more : new int[] {1, 1, 3, 1, 4, 1}) {
            assertReads(text);
            text = append(text, text(more));
        }
        assertReads(text);
    }

    @Test
    void the_same_text_again_one_that_is_shorter_and_one_that_ends_otherwise() {
        long[] text = text(9);
        assertReads(text);
        assertReads(text);
        assertReads(Arrays.copyOf(text, 4));
        assertReads(append(Arrays.copyOf(text, 6), text(3)));
        assertReads(text(5));
    }

    @Test
    void what_comes_after_a_text_that_could_not_be_read() {
        long[] text = text(9);
        assertReads(text);
        for (int length : new int[] {3, 12}) {
            long[] wrong = append(Arrays.copyOf(text, Math.min(9, length)), 99_999); // no such token
            assertThatThrownBy(() -> reader.read(List.of(wrong))).isInstanceOf(EngineException.class);
            assertReads(Arrays.copyOf(text, 6));
            assertReads(text);
        }
    }

    @Test
    void texts_of_different_lengths_that_grow_together() {
        List<long[]> texts = new ArrayList<>(List.of(text(2), text(7), text(1)));
        for (int step = 0; step < 5; step++) {
            assertReads(texts.toArray(long[][]::new));
            texts.replaceAll(text -> append(text, text(1)));
        }
    }

    @Test
    void rows_that_are_chosen_in_another_order_or_twice() {
        long[] one = text(3);
        long[] other = text(6);
        assertReads(one, other);
        reader.select(1, 0, 1);
        assertReads(append(other, 5), append(one, 6), append(other, 7));
        reader.select(1);
        assertReads(append(one, 6, 9));
    }

    @Test
    void a_row_that_is_left_alone_may_use_the_whole_context() {
        long[] shorter = text(2);
        assertReads(shorter, text(10));
        reader.select(0);
        for (int length = 3; length <= CONTEXT; length++) {
            shorter = append(shorter, text(1));
            assertReads(shorter);
        }
    }

    @Test
    void of_a_text_longer_than_the_context_the_last_tokens_are_read() {
        assertReads(text(3 * CONTEXT));
    }

    @Test
    void a_growing_text_slides_by_an_eighth_of_the_context() {
        try (LanguageModel wide = TinyModels.characters("abcdefghijklmnopqrstuvwxyz", 24);
                CachedReader sliding = new CachedReader(wide)) {
            model.close();
            model = wide;
            long[] text = text(20);
            sliding.read(List.of(text));
            int window = 20;
            for (int step = 0; step < 40; step++) {
                text = append(text, text(1));
                window = window == 24 ? 24 - 24 / 8 : window + 1;
                float[] logits = sliding.read(List.of(text))[0];
                assertThat(logits).as("window %d", window).containsExactly(uncached(text, window), within(CLOSE));
            }
        }
    }
}
