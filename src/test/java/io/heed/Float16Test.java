package io.heed;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers of 16 bits. */
class Float16Test {

    /** Bits, sign, exponent and fraction, by IEEE 754-2008, table 3.5. */
    @ParameterizedTest
    @CsvSource({
        "0000, 0",
        "8000, -0.0",
        "0001, 5.9604645e-8",
        "03ff, 6.097555e-5",
        "0400, 6.1035156e-5",
        "3c00, 1",
        "c000, -2",
        "3555, 0.33325195",
        "7bff, 65504",
        "7c00, Infinity",
        "fc00, -Infinity"
    })
    void it_is_the_number_its_bits_say(String bits, float number) {
        short half = (short) Integer.parseInt(bits, 16);
        assertThat(Float16.toFloat(half)).isEqualTo(number);
        assertThat(Float16.of(number)).isEqualTo(half);
    }

    @Test
    void every_number_comes_back_as_it_was() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float number = Float16.toFloat((short) bits);
            if (!Float.isNaN(number)) {
                assertThat(Float16.of(number)).isEqualTo((short) bits);
            }
        }
        assertThat(Float16.toFloat(Float16.of(Float.NaN))).isNaN();
    }

    /** Between two neighbours lies a middle; one bit of float32 to each side of it decides, and in the middle the even one is taken. */
    @Test
    void others_become_the_nearest_and_the_even_one_of_two_as_near() {
        for (int bits = 0; bits < 0x7BFF; bits++) {
            float low = Float16.toFloat((short) bits);
            float high = Float16.toFloat((short) (bits + 1));
            float middle = new BigDecimal(low)
                    .add(new BigDecimal(high))
                    .divide(BigDecimal.valueOf(2))
                    .floatValue();
            assertThat(Float16.of(Math.nextDown(middle))).isEqualTo((short) bits);
            assertThat(Float16.of(middle)).isEqualTo((short) (bits + (bits & 1)));
            assertThat(Float16.of(-Math.nextUp(middle))).isEqualTo((short) (bits + 1 | 0x8000));
        }
        assertThat(Float16.of(Math.nextDown(65520f))).isEqualTo((short) 0x7BFF);
        assertThat(Float16.of(65520f)).isEqualTo((short) 0x7C00);
    }
}
