package io.heed.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines of bytes, against Java's lines of characters. */
class LineEndsTest {

    private static final String[] PARTS = {"a", "\n", "\r", "\u0085", "\u2028", "\f"};

    @Test
    void every_text_of_up_to_six_such_characters_has_javas_lines() {
        for (int length = 0; length <= 6; length++) {
            for (int number = 0; number < Math.pow(PARTS.length, length); number++) {
                StringBuilder text = new StringBuilder();
                for (int i = 0, rest = number; i < length; i++, rest /= PARTS.length) {
                    text.append(PARTS[rest % PARTS.length]);
                }
                byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
                List<String> lines = new ArrayList<>();
                LineEnds.each(
                        bytes, (from, to) -> lines.add(new String(bytes, from, to - from, StandardCharsets.UTF_8)));
                assertThat(lines).isEqualTo(text.toString().lines().toList());
            }
        }
    }
}
