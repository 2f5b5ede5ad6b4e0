package io.heed.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import java.io.Reader;
import java.io.StringReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerShapeTest {

    /** Supplies a start and then the same part repeatedly, 64 Mi chars in all, and counts the chars read. */
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
    void a_long_file_of_another_shape_is_read_only_until_that_shows(String beginning) {
        LongText text = new LongText(beginning, "{\"id\": 1, \"text\": \"abc\"},");
        assertThatThrownBy(() -> TokenizerShape.check(text, "file"))
                .isInstanceOf(HeedException.class)
                .hasMessage("file is not a tokenizer.json: it has no model.vocab");
        assertThat(text.read).isLessThan(1 << 16);
    }

    /** Each starts like a tokenizer.json, and then has endlessly what no tokenizer.json has. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"model": {"vocab": {"a": 0, "b":           | {"id": 1, "text": "abc"},     | an entry of its model.vocab is not a token's id
            {"model": {"vocab": {"a": 0, "b":           | "abc", "b":                   | an entry of its model.vocab is not a token's id
            {"model": {"vocab": [["a", 0.5],            | {"id": 1, "text": "abc"},     | an entry of its model.vocab is not a token with its score
            {"model": {"vocab": [["a", 0.5],            | ["a", 0.5, 1],                | an entry of its model.vocab is not a token with its score
            {"model": {"vocab": {"a": 0}, "merges": [   | {"id": 1, "text": "abc"},     | an entry of its model.merges is not two tokens
            {"model": {"vocab": {"a": 0}, "merges": [   | ["a", "b", "c"],              | an entry of its model.merges is not two tokens
            {"model": {"vocab": {"a": 0}, "rows": [     | {"id": 1, "text": "abc"},     | its model.rows has more than 65536 entries
            {"model": {"vocab": {"a": 0}}, "rows": [    | [1, 2],                       | its rows has more than 65536 entries
            {"version": "1.0", "normalizer": [          | {"id": 1, "text": "abc"},     | its normalizer has more than 65536 entries
            {"version": "1.0", "added_tokens": [        | {"id": 1, "more": {"a": 1}},  | an entry of its added_tokens is not a token
            {"version": "1.0", "added_tokens": [        | 17,                           | an entry of its added_tokens is not a token
            {"model": {"vocab": {"a": 0}}}              | {"model": {}}                 | it continues after its end
            """)
    void a_long_file_that_starts_like_one_is_read_only_until_it_differs(String beginning, String again, String reason) {
        LongText text = new LongText(beginning, again);
        assertThatThrownBy(() -> TokenizerShape.check(text, "file"))
                .isInstanceOf(HeedException.class)
                .hasMessage("file is not a tokenizer.json: " + reason);
        assertThat(text.read).isLessThan(1 << 20);
    }

    @Test
    void deep_nesting_is_refused() {
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
                "{\"model\": {\"vocab\": [[\"a\", 0.5], [\"b\", -1]], \"unk_id\": 0}}",
                "{\"added_tokens\": null, \"model\": {\"vocab\": {\"a\": 0}, \"merges\": null}}",
                "{\"added_tokens\": [{\"id\": 0, \"content\": \"a\"}], \"model\": {\"vocab\": {\"a\": 0}, \"merges\": [\"a b\"]}}",
                "{\"model\": {\"vocab\": {\"a\": 0}, \"merges\": [[\"a\", \"b\"]]}}"
            })
    void a_file_with_a_vocabulary_is_accepted(String json) {
        assertThatCode(() -> TokenizerShape.check(new StringReader(json), "file"))
                .doesNotThrowAnyException();
    }
}
