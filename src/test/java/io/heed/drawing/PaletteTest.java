package io.heed.drawing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaletteTest {

    /** xterm's cube is 16 + 36r + 6g + b with levels 0, 95, 135, 175, 215, 255; its greys are 232 + i with 8 + 10i. */
    @ParameterizedTest
    @CsvSource({"ffffff, 231", "000000, 16", "6baed6, 74", "808080, 244", "ff0000, 196", "5f8700, 64", "0a0a0a, 232"})
    void takes_the_nearest_of_256(String rgb, int number) {
        assertThat(Palette.nearest(Integer.parseInt(rgb, 16))).isEqualTo(number);
    }
}
