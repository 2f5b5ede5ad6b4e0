package io.heed.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PluralTest {

    @ParameterizedTest
    @CsvSource({"0, 0 texts are", "1, 1 text is", "2, 2 texts are", "1234567, '1,234,567 texts are'"})
    void one_is_no_plural(long count, String words) {
        assertThat(Plural.of(count, "text is", "texts are")).isEqualTo(words);
        assertThat(Plural.noun(count, "text")).isEqualTo(count == 1 ? "text" : "texts");
        assertThat(Plural.plain(count, "text")).isEqualTo(count + (count == 1 ? " text" : " texts"));
        assertThat(Plural.of(count, "text")).isEqualTo(words.substring(0, words.lastIndexOf(' ')));
    }
}
