package io.heed.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import io.heed.Seeds;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The end of a long text, cut separately, against that of the whole text. */
class TailEncoderTest {

    private static final String[] PARTS = {
        "the", "Cat", "é", "e\u0301", "中", "😀", "1", ".", ",", "'s", "\u00a0", "\r\n", "\n\n", "  ", "\t", "[UNK]",
        "İ", "zebra"
    };

    private static Tokenizer of(TokenizerType type) {
        return Tokenizer.of(TokenizerBuilder.build(type, "the cat sat , it's é 1 .\n", 300), "test");
    }

    private static String random(long seed, int length) {
        RandomGenerator random = Seeds.random(seed, "end", 0);
        StringBuilder text = new StringBuilder("x");
        while (text.length() < length) {
            text.append(PARTS[random.nextInt(PARTS.length)]);
            if (random.nextInt(3) == 0) {
                text.append(random.nextInt(4) == 0 ? '\n' : ' ');
            }
        }
        return text.toString();
    }

    private static void assertSame(Tokenizer tokenizer, String text, int count) {
        TailEncoder.End end = new TailEncoder(tokenizer).encode(text, count, () -> {});
        Encoded whole = tokenizer.encode(text);
        Encoded expected = whole.last(count);
        assertThat(end.tokens().ids()).isEqualTo(expected.ids());
        assertThat(end.tokens().tokens()).isEqualTo(expected.tokens());
        assertThat(end.tokens().shown()).isEqualTo(expected.shown());
        assertThat(end.tokens().spans()).isEqualTo(expected.spans());
        assertThat(end.omitted()).isEqualTo(whole.length() - expected.length());
        int unknown = tokenizer.vocabulary().unknown().orElse(-1);
        assertThat(end.tokens().unknown())
                .containsExactlyElementsOf(java.util.stream.IntStream.range(0, expected.length())
                        .filter(i -> expected.ids()[i] == unknown)
                        .mapToObj(i -> text.substring(
                                expected.spans().get(i).start(),
                                expected.spans().get(i).end()))
                        .distinct()
                        .toList());
    }

    @ParameterizedTest
    @EnumSource(TokenizerType.class)
    void the_end_of_a_text_is_cut_as_in_the_whole(TokenizerType type) {
        try (Tokenizer tokenizer = of(type)) {
            for (int seed = 0; seed < 8; seed++) {
                assertSame(tokenizer, random(seed, 40_000 + 10_000 * seed), 1 + 40 * seed);
            }
            for (int seed = 20; seed < 40; seed++) {
                assertSame(tokenizer, random(seed, 200 * seed), seed); // little longer than what is cut whole
            }
            assertSame(tokenizer, random(9, 50_000), 10_000); // more than the first try has
            assertSame(tokenizer, random(10, 20_000), 100_000); // more than there are
            assertSame(tokenizer, "the cat", 1);
        }
    }

    /** In texts longer than the library gets at once, with only one kind of white space. */
    @ParameterizedTest
    @ValueSource(strings = {"\r\n", "  ", "\t", "\u3000 ", " \u00a0\r"})
    void a_text_is_cut_at_white_space_of_any_kind(String space) {
        String word = "the,é1" + space + "'s" + space;
        int bytes = word.getBytes(StandardCharsets.UTF_8).length;
        String text = word.repeat((1 << 17) / bytes + 1000);
        for (TokenizerType type : List.of(TokenizerType.WORD, TokenizerType.BPE)) {
            try (Tokenizer tokenizer = of(type)) {
                assertSame(tokenizer, text, 9);
            }
        }
    }

    @Test
    void a_tokenizer_with_unknown_word_ends_cuts_the_whole() {
        Path prefixed = Path.of("src/test/resources/fixtures/bpe/tokenizer.json");
        String json =
                Tokenizer.load(prefixed).json().replace("\"add_prefix_space\": false", "\"add_prefix_space\": true");
        try (Tokenizer tokenizer = Tokenizer.of(json, "prefixed")) {
            assertThat(tokenizer.encoder()).isInstanceOf(TextEncoder.ByLibrary.class);
            assertSame(tokenizer, random(1, 30_000), 7);
            TailEncoder ends = new TailEncoder(tokenizer);
            assertThatThrownBy(() -> ends.encode("the ".repeat(100_000), 7, () -> {}))
                    .isInstanceOf(HeedException.class)
                    .hasMessageContaining("the text has 400000 bytes");
        }
    }

    @Test
    void a_text_without_places_to_cut_is_refused() {
        try (Tokenizer tokenizer = of(TokenizerType.WORD)) {
            TailEncoder ends = new TailEncoder(tokenizer);
            assertThatThrownBy(() -> ends.encode("a".repeat(1_000_000), 7, () -> {}))
                    .isInstanceOf(HeedException.class)
                    .hasMessageContaining("too long");
            assertThatThrownBy(() -> ends.encode("a".repeat(900_000) + " the cat".repeat(10_000), 7, () -> {}))
                    .isInstanceOf(HeedException.class)
                    .hasMessageContaining("without a line end or a space");
        }
    }

    /** A request may have many of them. */
    @Test
    void cancelled_work_stops_before_the_next_short_text() {
        try (Tokenizer tokenizer = of(TokenizerType.WORD)) {
            TailEncoder ends = new TailEncoder(tokenizer);
            assertThatThrownBy(() -> ends.encode("the cat", 48, () -> {
                        throw new CancellationException();
                    }))
                    .isInstanceOf(CancellationException.class);
        }
    }

    /** A megabyte is processed in parts, so that a caller who no longer wants it can stop between two. */
    @Test
    void cancelled_work_stops_at_the_next_part() {
        try (Tokenizer tokenizer = of(TokenizerType.WORD)) {
            AtomicInteger parts = new AtomicInteger();
            String text = "the ".repeat(250_000);
            new TailEncoder(tokenizer).encode(text, 48, parts::incrementAndGet);
            assertThat(parts.get()).isBetween(16, 40);
            parts.set(0);
            assertThatThrownBy(() -> new TailEncoder(tokenizer).encode(text, 48, () -> {
                        if (parts.incrementAndGet() == 3) {
                            throw new CancellationException();
                        }
                    }))
                    .isInstanceOf(CancellationException.class);
            assertThat(parts.get()).isEqualTo(3);
        }
    }
}
