package io.heed.drawing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ColourMapTest {

    @ParameterizedTest
    @CsvSource({
        "BLUES, 0, ffffff",
        "BLUES, .5, 6baed6",
        "BLUES, 1, 08306b",
        "BLUES, .125, e3edf7", // the means of ffffff and c6dbef: 226.5, 237, 247
        "GREY, .5, 808080",
        // matplotlib's tables, at 0 and 255
        "VIRIDIS, 0, 440154",
        "VIRIDIS, 1, fde725",
        "CIVIDIS, 0, 00224e",
        "CIVIDIS, 1, fee838"
    })
    void gives_the_colours_of_its_source(ColourMap map, double share, String rgb) {
        assertThat(map.rgb(share)).isEqualTo(Integer.parseInt(rgb, 16));
    }

    @ParameterizedTest
    @EnumSource
    void gives_the_ends_outside_of_the_scale(ColourMap map) {
        assertThat(map.rgb(-1)).isEqualTo(map.rgb(0));
        assertThat(map.rgb(7)).isEqualTo(map.rgb(1));
    }

    @ParameterizedTest
    @EnumSource
    void has_a_lightness_that_goes_one_way_and_never_rests(ColourMap map) {
        double way = Math.signum(lightness(map.rgb(1)) - lightness(map.rgb(0)));
        double step = Math.abs(lightness(map.rgb(1)) - lightness(map.rgb(0))) / 20;
        for (int i = 0; i < 20; i++) {
            double difference = way * (lightness(map.rgb((i + 1) / 20.)) - lightness(map.rgb(i / 20.)));
            assertThat(difference).as("step %d", i).isBetween(.5 * step, 1.6 * step);
        }
    }

    @Test
    void writes_white_on_dark_and_black_on_light() {
        assertThat(ColourMap.inkOn(0x08306b)).isEqualTo(0xffffff);
        assertThat(ColourMap.inkOn(0xfde725)).isZero();
    }

    /** CIE 1976 L*. */
    private static double lightness(int rgb) {
        double y = 0;
        double[] shares = {.2126, .7152, .0722};
        for (int channel = 0; channel < 3; channel++) {
            double value = (rgb >> (16 - 8 * channel) & 0xff) / 255.;
            y += shares[channel] * (value <= .04045 ? value / 12.92 : Math.pow((value + .055) / 1.055, 2.4));
        }
        return y > .008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y;
    }
}
