package io.heed.inspect.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers as a person would shorten them. */
class ShortNumbersTest {

    @ParameterizedTest
    @CsvSource({
        "1.2974,1.30",
        "-1.2974,-1.30",
        "0.125,0.12",
        "0.00031,0.0003",
        "-0.0049,-0.005",
        "0.000,0.00",
        "12.5,12.5",
        "3.14159.,3.14.",
        "3,3",
        "−∞,−∞",
        "1.2.345,1.2.345"
    })
    void have_two_decimals_or_their_first_digit(String full, String brief) {
        assertThat(ShortNumbers.of(full)).isEqualTo(brief);
    }

    @Test
    void stand_in_a_sentence() {
        assertThat(ShortNumbers.of("The largest, 26.3614693, is subtracted from “the” (11)."))
                .isEqualTo("The largest, 26.36, is subtracted from “the” (11).");
    }

    @Test
    void long_sums_are_cut() {
        assertThat(
                        ShortNumbers.formula(
                                "q·k = (-1.2973)·2.7644 + 0.9939·1.3350 + 1.3726·2.0743 + 0.1·0.2 = 3.5863 + 1.3270 + 2.8472 + 0.0200 = 7.7805"))
                .isEqualTo("q·k = (-1.30)·2.76 + 0.99·1.34 + … = 3.59 + 1.33 + … = 7.78");
        assertThat(ShortNumbers.formula("x = E[3, c]·1 + P[11, c] + b")).isEqualTo("x = E[3, c]·1 + P[11, c] + b");
    }
}
