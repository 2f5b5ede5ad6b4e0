package io.heed.inspect.page;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.heed.Seeds;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bytes as a page spells them. */
class Base85Test {

    @ParameterizedTest
    @CsvSource({"a, VE", "Heed, NM&VY", "attention, VRUq5ZggpHZU"})
    void is_what_python_makes_of_them(String bytes, String text) { // base64.b85encode
        assertThat(new String(Base85.encode(bytes.getBytes(US_ASCII), bytes.length()), US_ASCII))
                .isEqualTo(text);
    }

    @Test
    void has_a_comma_where_python_has_a_sign_that_could_end_a_script() { // b85encode(bytes([0, 0, 1, 157])) is
        // 0004<, the 413th
        assertThat(new String(Base85.encode(new byte[] {0, 0, 1, (byte) 157}, 4), US_ASCII))
                .isEqualTo("0004,");
    }

    @Test
    void gives_bytes_of_any_number_back_and_never_that_sign() {
        RandomGenerator random = Seeds.random(1, "test", 0);
        for (int length = 0; length < 300; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            String text = new String(Base85.encode(bytes, length), US_ASCII);
            assertThat(PageReader.decoded(text)).isEqualTo(bytes);
            assertThat(text).doesNotContain("<").hasSizeLessThanOrEqualTo((5 * length + 3) / 4);
        }
    }
}
