package io.heed.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines as they look, broken by hand. */
class WrappedTextTest {

    @Test
    void breaks_between_words_and_indents_the_lines_after_the_first() {
        assertThat(WrappedText.of("the cat sat on the mat", "  ", 10))
                .containsExactly("the cat", "  sat on", "  the mat");
        assertThat(WrappedText.of("    the cat sat", "    ", 12)).containsExactly("    the cat", "    sat");
        assertThat(WrappedText.of("the cat", "  ", Integer.MAX_VALUE)).containsExactly("the cat");
    }

    @Test
    void breaks_between_pieces_that_hold_blanks() {
        assertThat(WrappedText.of(List.of("next: mat 0.9", "rug 0.1", "log 0.0"), "   ", "      ", 24))
                .containsExactly("next: mat 0.9   rug 0.1", "      log 0.0");
    }

    /** A wide character takes two columns, a colour code none, and no break stands inside one. */
    @Test
    void breaks_a_word_that_no_line_holds() {
        assertThat(WrappedText.of("日本語日本語", "", 8)).containsExactly("日本語日", "本語");
        assertThat(WrappedText.of("\u001b[1m12345678\u001b[0m90", "", 8))
                .containsExactly("\u001b[1m12345678\u001b[0m", "90");
    }

    @Test
    void leaves_room_for_words_on_the_narrowest_terminal() {
        assertThat(WrappedText.of("the cat sat", "      ", 1)).containsExactly("the cat sat");
        assertThat(WrappedText.of("the cat sat", "", 1)).containsExactly("the cat", "sat");
    }
}
