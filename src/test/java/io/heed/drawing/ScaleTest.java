package io.heed.drawing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaleTest {

    @ParameterizedTest
    @CsvSource({
        "0, 100, 8, 1, 0 20 40 60 80 100", // steps of 10 would be ten of them
        "0, 1, 8, 1, 0 1",
        "0, 10000, 8, 1, '0 2,000 4,000 6,000 8,000 10,000'",
        "0.91, 4.62, 10, .001, 0.5 1.0 1.5 2.0 2.5 3.0 3.5 4.0 4.5 5.0", // 9 steps
        "1.2345, 1.2345, 8, .0012, 1.234 1.236",
        "-0.3, 0.3, 8, .001, -0.3 -0.2 -0.1 0.0 0.1 0.2 0.3",
        "0.2, 0.3, 8, .02, 0.20 0.22 0.24 0.26 0.28 0.30"
    })
    void names_round_numbers_around_the_given_ones(
            double smallest, double largest, int most, double least, String labels) {
        Scale scale = Scale.of(smallest, largest, most, least);
        assertThat(String.join(" ", scale.ticks().stream().map(scale::label).toList()))
                .isEqualTo(labels);
    }
}
