package io.heed.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import io.heed.Seeds;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.TinyModels;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Texts that are given whole each time, against the same texts read without a cache. */
class ConversationTest {

    private static final float CLOSE = 1e-4f;
    private static final int CONTEXT = 24;

    private final RandomGenerator random = Seeds.random(1, "test", 0);
    private LanguageModel model;
    private Conversation conversation;

    @BeforeEach
    void open() {
        model = TinyModels.characters("abcdefghijklmnopqrstuvwxyz", CONTEXT);
        conversation = new Conversation(model);
    }

    @AfterEach
    void close() {
        conversation.close();
        model.close();
    }

    private long[] text(int length) {
        return random.longs(length, 1, model.tokenizer().size()).toArray();
    }

    private static long[] append(long[] text, long... more) {
        return LongStream.concat(Arrays.stream(text), Arrays.stream(more)).toArray();
    }

    private void assertReads(long[] text) {
        assertReads(text, CONTEXT);
    }

    private void assertReads(long[] text, int window) {
        long[] last = Arrays.copyOfRange(text, Math.max(0, text.length - window), text.length);
        try (NDManager reading = model.newReading()) {
            assertThat(conversation.read(text))
                    .as("%d tokens, window %d", text.length, window)
                    .containsExactly(
                            model.read(reading, last, null)
                                    .get(0, last.length - 1)
                                    .toFloatArray(),
                            within(CLOSE));
        }
    }

    @Test
    void the_same_text_again_a_shorter_one_and_one_with_another_end() {
        long[] text = text(9);
        assertReads(text);
        assertReads(text);
        assertReads(Arrays.copyOf(text, 4));
        assertReads(append(Arrays.copyOf(text, 6), text(3)));
        assertReads(text(5));
    }

    @Test
    void a_text_after_one_that_could_not_be_read() {
        long[] text = text(9);
        assertReads(text);
        for (int length : new int[] {3, 12}) {
            long[] wrong = append(Arrays.copyOf(text, Math.min(9, length)), 99_999); // no such token
            assertThatThrownBy(() -> conversation.read(wrong)).isInstanceOf(EngineException.class);
            assertReads(Arrays.copyOf(text, 6));
            assertReads(text);
        }
    }

    @Test
    void a_text_that_grows_past_the_context_slides_and_another_of_its_length_does_not() {
        long[] text = text(20);
        assertReads(text);
        text = append(text, text(5));
        assertReads(text, CONTEXT - CONTEXT / 8);
        text = append(text, 3);
        assertReads(text, CONTEXT - CONTEXT / 8 + 1);
        long[] other = text.clone();
        other[20]++;
        assertReads(other, CONTEXT);
        assertReads(text(4));
    }

    @Test
    void a_text_that_has_been_continued_differently() {
        long[] text = text(6);
        assertReads(text);
        Generation generation = conversation.generate(text, new GenerationSettings(4, Sampling.GREEDY));
        List<GeneratedToken> written =
                generation.run((row, piece, token) -> {}).get(0).tokens();
        long[] whole =
                append(text, written.stream().mapToLong(GeneratedToken::id).toArray());
        assertReads(whole);
        assertReads(append(Arrays.copyOf(whole, 8), text(3)));
    }

    @Test
    void several_continuations_and_then_the_text_again() {
        long[] text = text(6);
        GenerationSettings settings = new GenerationSettings(5, new Sampling(3, 0, 1, 0, 1, 4), List.of(), 3, 0);
        assertReads(text);
        List<Generated> there = conversation.generate(text, settings).run((row, piece, token) -> {});
        try (Generation generation = new Generation(model, List.of(model.encoded(text)), settings)) {
            assertThat(there.stream().map(Generated::text))
                    .isEqualTo(generation.run((row, piece, token) -> {}).stream()
                            .map(Generated::text)
                            .toList());
        }
        assertReads(append(text, 3));
    }
}
