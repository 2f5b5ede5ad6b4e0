package io.heed.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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

/** Reading with a cache, against the same text read whole without one. */
class RowReaderTest {

    private static final float CLOSE = 1e-4f;
    private static final int CONTEXT = TinyModels.CONTEXT;

    private final RandomGenerator random = Seeds.random(1, "test", 0);
    private LanguageModel model;

    @BeforeEach
    void open() {
        model = TinyModels.characters("abcdefghijklmnopqrstuvwxyz");
    }

    @AfterEach
    void close() {
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

    /** The logits after a text, whose last tokens are read without a cache. */
    private float[] uncached(long[] text, int window) {
        long[] last = Arrays.copyOfRange(text, Math.max(0, text.length - window), text.length);
        try (NDManager reading = model.newReading()) {
            return model.read(reading, last, null).get(0, last.length - 1).toFloatArray();
        }
    }

    private void assertReads(RowReader reader, long[]... texts) {
        float[][] logits = reader.next();
        assertThat(logits).hasNumberOfRows(texts.length);
        for (int row = 0; row < texts.length; row++) {
            assertThat(logits[row]).as("row %d", row).containsExactly(uncached(texts[row], CONTEXT), within(CLOSE));
        }
    }

    private static void append(RowReader reader, int row, long... ids) {
        for (long id : ids) {
            reader.append(row, id);
        }
    }

    @Test
    void a_text_that_grows_by_one_token_several_or_none() {
        long[] text = text(1);
        try (RowReader reader = new RowReader(model, List.of(text))) {
            for (int more : new int[] {1, 1, 3, 0, 1, 4, 1}) {
                assertReads(reader, text);
                long[] added = text(more);
                append(reader, 0, added);
                text = append(text, added);
            }
            assertReads(reader, text);
        }
    }

    @Test
    void texts_of_different_lengths_that_grow_together() {
        List<long[]> texts = new ArrayList<>(List.of(text(2), text(7), text(1)));
        try (RowReader reader = new RowReader(model, texts)) {
            for (int step = 0; step < 5; step++) {
                assertReads(reader, texts.toArray(long[][]::new));
                for (int row = 0; row < 3; row++) {
                    long id = text(1)[0];
                    reader.append(row, id);
                    texts.set(row, append(texts.get(row), id));
                }
            }
        }
    }

    @Test
    void texts_that_grow_by_different_numbers_of_tokens() {
        long[] one = text(2);
        long[] other = text(4);
        try (RowReader reader = new RowReader(model, List.of(one, other))) {
            assertReads(reader, one, other);
            append(reader, 1, 5, 6);
            assertReads(reader, one, append(other, 5, 6));
            append(reader, 0, 7);
            append(reader, 1, 8);
            assertReads(reader, append(one, 7), append(other, 5, 6, 8));
        }
    }

    @Test
    void rows_selected_in_another_order_or_twice() {
        long[] one = text(3);
        long[] other = text(6);
        try (RowReader reader = new RowReader(model, List.of(one, other))) {
            assertReads(reader, one, other);
            reader.select(1, 0, 1);
            append(reader, 0, 5);
            append(reader, 1, 6);
            append(reader, 2, 7);
            assertReads(reader, append(other, 5), append(one, 6), append(other, 7));
            reader.select(1);
            append(reader, 0, 9);
            assertReads(reader, append(one, 6, 9));
        }
    }

    @Test
    void a_row_that_is_left_alone_may_use_the_whole_context() {
        long[] shorter = text(2);
        try (RowReader reader = new RowReader(model, List.of(shorter, text(10)))) {
            reader.next();
            reader.select(0);
            for (int length = 3; length <= CONTEXT; length++) {
                long id = text(1)[0];
                reader.append(0, id);
                shorter = append(shorter, id);
                assertReads(reader, shorter);
            }
        }
    }

    @Test
    void only_the_end_of_a_text_longer_than_the_context_is_read() {
        long[] text = text(3 * CONTEXT);
        try (RowReader reader = new RowReader(model, List.of(text))) {
            assertReads(reader, text);
        }
    }

    @Test
    void a_growing_text_slides_by_an_eighth_of_the_context() {
        model.close();
        model = TinyModels.characters("abcdefghijklmnopqrstuvwxyz", 24);
        long[] text = text(20);
        try (RowReader sliding = new RowReader(model, List.of(text))) {
            sliding.next();
            int window = 20;
            for (int step = 0; step < 40; step++) {
                long id = text(1)[0];
                sliding.append(0, id);
                text = append(text, id);
                window = window == 24 ? 24 - 24 / 8 : window + 1;
                float[] logits = sliding.next()[0];
                assertThat(logits).as("window %d", window).containsExactly(uncached(text, window), within(CLOSE));
            }
        }
    }
}
