package io.heed.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import java.io.Reader;
import java.io.StringReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerShapeTest {

    /** Gives a beginning and then the same again and again, 64 Mi chars in all, and counts what is read. */
    private static final class LongText extends Reader {

        private final String beginning;
        private final String again;
        private long read;

        LongText(String beginning, String again) {
            this.beginning = beginning;
            this.again = again;
        }

        @Override
        public int read(char[] buffer, int from, int length) {
            if (read >= 64 << 20) {
                return -1;
            }
            for (int i = from; i < from + length; i++, read++) {
                buffer[i] = read < beginning.length()
                        ? beginning.charAt((int) read)
                        : again.charAt((int) ((read - beginning.length()) % again.length()));
            }
            return length;
        }

        @Override
        public void close() {}
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"model\": [", "{\"model\": {\"vocab\": 1, \"a\": ["})
    void a_long_file_of_another_shape_is_read_only_up_to_where_that_shows(String beginning) {
        LongText text = new LongText(beginning, "{\"id\": 1, \"text\": \"abc\"},");
        assertThatThrownBy(() -> TokenizerShape.check(text, "file"))
                .isInstanceOf(HeedException.class)
                .hasMessage("file is not a tokenizer.json: it has no model.vocab");
        assertThat(text.read).isLessThan(1 << 16);
    }

    @Test
    void nesting_ends_the_reading() {
        LongText text = new LongText("{\"a\":", "[");
        assertThatThrownBy(() -> TokenizerShape.check(text, "file"))
                .isInstanceOf(HeedException.class)
                .hasMessageStartingWith("file is not JSON: ");
        assertThat(text.read).isLessThan(1 << 16);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\": {\"model\": 1}, \"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}}}",
                "{\"model\": {\"vocab\": [[\"a\", 0.5]]}}"
            })
    void what_has_a_vocabulary_may_be_one(String json) {
        assertThatCode(() -> TokenizerShape.check(new StringReader(json), "file"))
                .doesNotThrowAnyException();
    }
}
