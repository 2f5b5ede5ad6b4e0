package io.heed.drawing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The letters of pictures. */
class TypefaceTest {

    /** From the metrics of Helvetica, in thousandths: A 667, W 944, i 222, space 278, 0 556, é 556. */
    @ParameterizedTest
    @CsvSource({"A, .667", "W, .944", "i, .222", "' ', .278", "0, .556", "é, .556", "Wi A, 2.111"})
    void are_as_wide_as_helveticas(String text, double width) {
        assertThat(Typeface.get().width(text, 1)).isEqualTo(width, within(.002));
    }

    @Test
    void that_are_missing_take_the_room_that_other_fonts_give_them() {
        assertThat(Typeface.get().width("中文", 10)).isEqualTo(20);
        assertThat(Typeface.get().line("中a"))
                .extracting(Typeface.Glyph::present)
                .containsExactly(false, true);
    }

    @Test
    void of_hebrew_stand_from_right_to_left() {
        assertThat(Typeface.get().line("a שלו"))
                .extracting(Typeface.Glyph::codePoint)
                .containsExactly((int) 'a', (int) ' ', 0x5d5, 0x5dc, 0x5e9);
    }

    @Test
    void with_marks_are_one() {
        assertThat(Typeface.get().line("e\u0301"))
                .extracting(Typeface.Glyph::codePoint)
                .containsExactly((int) 'é');
    }

    @Test
    void are_cut_at_whole_characters() {
        String cut = Typeface.get().fit("aaaa😀😀😀", 10, 40);
        assertThat(Typeface.get().width(cut, 10)).isLessThanOrEqualTo(40);
        assertThat(cut).isEqualTo("aaaa…"); // 4 · 5.56 + 10 = 32.24, and 42.24 with a face
    }
}
