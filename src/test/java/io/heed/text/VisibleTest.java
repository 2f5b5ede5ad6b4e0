package io.heed.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text is shown so that everything in it is seen and nothing in it acts. */
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
    void a_token_is_spelled_out_where_it_cannot_be_seen(String pair) {
        String[] tokenAndShown = pair.split("\\|", -1);
        assertThat(Visible.token(tokenAndShown[0])).isEqualTo(tokenAndShown[1]);
    }

    @Test
    void no_character_of_unicode_reaches_a_terminal_that_would_obey_it() {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            String shown = Visible.text(Character.toString(c));
            assertThat(shown.codePoints().anyMatch(Character::isISOControl))
                    .as("%x", c)
                    .isFalse();
        }
    }

    @Test
    void lines_stay_lines() {
        assertThat(Visible.lines("a\n\tb\u001b[0m\r")).isEqualTo("a\n\tb\\u001b[0m\\r");
    }
}
