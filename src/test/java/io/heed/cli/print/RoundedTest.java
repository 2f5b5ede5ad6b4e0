package io.heed.cli.print;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoundedTest {

    @Test
    void what_rounds_to_zero_has_no_sign() {
        assertThat(Rounded.of(2, -0.004)).isEqualTo("0.00");
        assertThat(Rounded.of(2, -0.005)).isEqualTo("-0.01");
        assertThat(Rounded.of(0, -0.0)).isEqualTo("0");
        assertThat(Rounded.signed(2, -0.004)).isEqualTo("0.00");
        assertThat(Rounded.signed(2, 0.004)).isEqualTo("0.00");
        assertThat(Rounded.signed(2, 10)).isEqualTo("+10.00");
    }

    @Test
    void a_probability_is_zero_only_if_it_is() {
        assertThat(Rounded.probability(0)).isEqualTo("0.0000");
        assertThat(Rounded.probability(1e-9)).isEqualTo("< 0.0001");
        assertThat(Rounded.probability(0.00005)).isEqualTo("0.0001");
        assertThat(Rounded.probability(0.99672)).isEqualTo("0.9967");
    }
}
