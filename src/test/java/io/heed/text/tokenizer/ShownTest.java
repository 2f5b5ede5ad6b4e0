package io.heed.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A token is shown as the text that it stands for, however the vocabulary spells it. */
@TestInstance(Lifecycle.PER_CLASS)
class ShownTest {

    private final Tokenizer bytes = Tokenizer.load(Path.of("src/test/resources/fixtures/bpe/tokenizer.json"));

    @AfterAll
    void close() {
        bytes.close();
    }

    @ParameterizedTest // the spellings of GPT-2's bytes_to_unicode
    @CsvSource(quoteCharacter = '~', textBlock = """
            he,            he
            Ġthe,          " the"
            Ġ,             " "
            Ċ,             "\\n"
            Ã,             <0xC3>
            ł,             <0xA0>
            <|endoftext|>, <|endoftext|>
            """)
    void a_byte_level_token_is_shown_as_its_text(String token, String shown) {
        assertThat(bytes.vocabulary().shown(bytes.vocabulary().id(token).orElseThrow()))
                .isEqualTo(shown);
    }

    @Test
    void an_encoded_text_has_both_shown_and_spelled_tokens() {
        Encoded encoded = bytes.encode("the é");
        assertThat(encoded.tokens()).endsWith("Ġ", "Ã", "©");
        assertThat(encoded.shown()).endsWith("\" \"", "<0xC3>", "<0xA9>");
        assertThat(encoded.first(2).shown()).isEqualTo(encoded.shown().subList(0, 2));
        assertThat(encoded.last(1).shown()).containsExactly("<0xA9>");
        assertThat(bytes.encoded(encoded.ids()).shown()).isEqualTo(encoded.shown());
    }

    @ParameterizedTest
    @ValueSource(strings = {"é", " 中", "👩", "a中b", "\n"})
    void bytes_of_whole_characters_are_those_characters(String text) {
        assertThat(ByteAlphabet.text(spelled(text.getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(text);
    }

    @Test
    void bytes_of_no_character_are_named() {
        byte[] e4 = {' ', (byte) 0xE4, (byte) 0xB8}; // 中 is E4 B8 AD
        byte[] ad = {(byte) 0xAD, 'a', (byte) 0xC3, (byte) 0xA9, (byte) 0xFF};
        assertThat(ByteAlphabet.text(spelled(e4))).isEqualTo(" <0xE4><0xB8>");
        assertThat(ByteAlphabet.text(spelled(ad))).isEqualTo("<0xAD>aé<0xFF>");
        assertThat(ByteAlphabet.text("中Ġ")).as("not of the alphabet").isEqualTo("中Ġ");
    }

    @Test
    void a_vocabulary_of_words_is_shown_as_it_is_spelled() {
        try (Tokenizer words = Tokenizer.of(TokenizerBuilder.build(TokenizerType.WORD, "é Ġ", 100), "test")) {
            assertThat(words.vocabulary().shown(words.vocabulary().id("é").orElseThrow()))
                    .isEqualTo("é");
        }
    }

    private static String spelled(byte[] bytes) {
        StringBuilder spelled = new StringBuilder();
        for (byte b : bytes) {
            spelled.append(ByteAlphabet.spelled(b & 0xFF));
        }
        return spelled.toString();
    }
}
