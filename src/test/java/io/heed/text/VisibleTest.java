package io.heed.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shown text is fully visible and has no effect on a terminal. */
class VisibleTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\n|\"\\n\"",
                "a\u202eb|a\\u202eb",
                " |\" \"",
                "\u00a0x|\"\u00a0x\"",
                "x\u3000|\"x\u3000\"",
                "\u0007|\\u0007",
                "\u001b[2J|\\u001b[2J",
                "\u009b2J|\\u009b2J",
                "\u2066a|\\u2066a",
                "\u2028|\"\\u2028\"",
                "\ud83d|\\ud83d",
                "👩\u200d👧|👩\u200d👧",
                "x y|x y"
            })
    void invisible_characters_of_a_token_are_escaped(String pair) {
        String[] tokenAndShown = pair.split("\\|", -1);
        assertThat(Visible.token(tokenAndShown[0])).isEqualTo(tokenAndShown[1]);
    }

    @Test
    void no_character_that_a_terminal_would_obey_reaches_it() {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            String shown = Visible.text(Character.toString(c));
            assertThat(shown.codePoints().anyMatch(Character::isISOControl))
                    .as("%x", c)
                    .isFalse();
        }
    }

    @Test
    void line_ends_are_kept_in_lines() {
        assertThat(Visible.lines("a\n\tb\u001b[0m\r")).isEqualTo("a\n\tb\\u001b[0m\\r");
    }
}
