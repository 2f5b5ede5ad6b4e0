package io.heed.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.Seeds;
import io.heed.text.tokenizer.Encoded;
import io.heed.text.tokenizer.Encoded.Span;
import io.heed.text.tokenizer.Tokenizer;
import io.heed.text.tokenizer.TokenizerBuilder;
import io.heed.text.tokenizer.TokenizerType;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class CharsTest {

    private static final String PARTS = "ab é中😀𐐀\u0301\n";

    private static String random(RandomGenerator random, int length) {
        int[] parts = PARTS.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(parts[random.nextInt(parts.length)]);
        }
        return text.toString();
    }

    @Test
    void a_position_is_where_java_finds_the_code_point_in_any_order() {
        RandomGenerator random = Seeds.random(1, "chars", 0);
        for (int i = 0; i < 100; i++) {
            String text = random(random, 50);
            Chars chars = new Chars(text);
            for (int k = 0; k < 100; k++) {
                int point = random.nextInt(51);
                assertThat(chars.index(point)).isEqualTo(text.offsetByCodePoints(0, point));
            }
            assertThatThrownBy(() -> chars.index(51)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThat(chars.index(50)).isEqualTo(text.length());
        }
    }

    /** Several tokens of one character, such as its bytes, each have its position. */
    @Test
    void spans_in_order_take_one_walk_through_the_text() {
        String text = random(Seeds.random(2, "chars", 0), 10_000);
        Chars chars = new Chars(text);
        for (int point = 0; point < 10_000; point++) {
            for (int token = 0; token < 3; token++) {
                chars.index(point);
                chars.index(point + 1);
            }
        }
        assertThat(chars.passed()).isLessThanOrEqualTo(6 * 10_000);
    }

    @Test
    void each_character_of_a_text_has_its_own_position() {
        String text = random(Seeds.random(3, "chars", 0), 5_000);
        try (Tokenizer tokenizer =
                Tokenizer.of(TokenizerBuilder.build(TokenizerType.CHARACTER, text, 100), "characters")) {
            Encoded encoded = tokenizer.encode(text);
            int at = 0;
            for (int i = 0; i < encoded.length(); i++) {
                String token = encoded.tokens().get(i);
                assertThat(encoded.spans().get(i)).isEqualTo(new Span(at, at + token.length()));
                at += token.length();
            }
            assertThat(at).isEqualTo(text.length());
        }
    }
}
