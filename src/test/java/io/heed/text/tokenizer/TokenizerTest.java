package io.heed.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import io.heed.text.tokenizer.Encoded.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Text to tokens and back, by word and by character. */
class TokenizerTest {

    private static Tokenizer of(TokenizerType type, String text) {
        return Tokenizer.of(TokenizerBuilder.build(type, text, 100_000), "test");
    }

    @Nested
    class ByWord {

        private final Tokenizer tokenizer = of(TokenizerType.WORD, "the cat sat on the mat , didn't it ?");

        @Test
        void words_are_shown_as_the_text_has_them_and_read_in_lower_case() {
            Encoded encoded = tokenizer.encode("The CAT sat zebra");
            assertThat(encoded.shown()).containsExactly("[BOS]", "The", "CAT", "sat", "[UNK]");
            assertThat(encoded.tokens()).containsExactly("[BOS]", "the", "cat", "sat", "[UNK]");
            assertThat(encoded.ids())
                    .isEqualTo(tokenizer.encode("the cat sat zebra").ids());
        }

        @Test
        void words_are_lower_case_after_a_start_mark() {
            assertThat(tokenizer.encode("The CAT sat").tokens()).containsExactly("[BOS]", "the", "cat", "sat");
        }

        @Test
        void punctuation_marks_are_tokens() {
            assertThat(tokenizer.encode("the mat, didn't it?").tokens())
                    .containsExactly("[BOS]", "the", "mat", ",", "didn", "'", "t", "it", "?");
        }

        @Test
        void start_and_end_are_known() {
            assertThat(tokenizer
                            .vocabulary()
                            .token(tokenizer.sentenceMarks().start().orElseThrow()))
                    .isEqualTo("[BOS]");
            assertThat(tokenizer
                            .vocabulary()
                            .token(tokenizer.sentenceMarks().end().orElseThrow()))
                    .isEqualTo("[EOS]");
        }

        @Test
        void spans_point_into_the_text() {
            assertThat(tokenizer.encode("the  Cat,").spans())
                    .containsExactly(new Span(0, 0), new Span(0, 3), new Span(5, 8), new Span(8, 9));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "the Xyzzy sat",
                    "😀 the Xyzzy",
                    "cafe\u0301 Xyzzy",
                    "😀😀,Xyzzy",
                    "İ Xyzzy",
                    "\u00e9\t Xyzzy"
                })
        void an_unknown_word_is_named_as_it_is_in_the_text(String text) {
            Encoded encoded = tokenizer.encode(text);
            int token = encoded.spans().indexOf(new Span(text.indexOf("Xyzzy"), text.indexOf("Xyzzy") + 5));
            assertThat(encoded.unknown()).contains("Xyzzy");
            assertThat(encoded.tokens().get(token)).isEqualTo("[UNK]");
        }

        @Test
        void unknown_words_are_named_once_in_order() {
            assertThat(tokenizer.encode("zebra the ant zebra").unknown()).containsExactly("zebra", "ant");
        }

        @Test
        void a_word_that_occurs_twice_is_named_with_its_index() {
            Encoded encoded = tokenizer.encode("the cat sat on the mat");
            assertThat(IntStream.range(0, encoded.length()).mapToObj(encoded::named))
                    .containsExactly("[BOS]", "the(1)", "cat", "sat", "on", "the(5)", "mat");
            assertThat(encoded.quoted(5) + encoded.quoted(6)).isEqualTo("“the” (5)“mat”");
        }

        @Test
        void text_is_decoded_without_start_and_end() {
            assertThat(tokenizer.decode(tokenizer.encode("the cat sat").ids())).isEqualTo("the cat sat");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "voir le tableau ci-dessous",
                    "l'enfant n'a pas vu l’oiseau aujourd'hui .",
                    "don't you see the arc-en-ciel , child ?"
                })
        void a_word_with_a_hyphen_or_an_apostrophe_is_decoded_as_one_whatever_follows(String text) {
            Tokenizer learnt = of(TokenizerType.WORD, text);
            long[] ids = learnt.encode(text).ids();
            assertThat(learnt.decode(ids)).isEqualTo(text);
            for (int length = 1;
                    length <= ids.length;
                    length++) { // what was given out as a text grew is never taken back
                assertThat(text).startsWith(learnt.decode(Arrays.copyOf(ids, length)));
            }
        }

        @Test
        void a_decomposed_letter_is_the_same_as_a_composed_one() {
            Tokenizer learnt = of(TokenizerType.WORD, "un cafe\u0301 noir");
            assertThat(learnt.encode("caf\u00e9 cafe\u0301").unknown()).isEmpty();
        }

        @Test
        void a_vocabulary_that_is_too_small_leaves_out_the_rarest() {
            Tokenizer small = Tokenizer.of(TokenizerBuilder.build(TokenizerType.WORD, "a a a b b c", 5), "test");
            assertThat(small.size()).isEqualTo(5); // [UNK], [BOS], [EOS], a, b
            assertThat(small.encode("a b c").unknown()).containsExactly("c");
        }
    }

    @Nested
    class BuiltFromAText {

        /** The library cuts what was counted: no token of the text is unknown, and every counted one occurs. */
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "don't stop — 'quoted' “double” ‘single’ …",
                    "tabs\tand\u00a0spaces\u2003of\u3000every\u2028kind\r\nhere\u000bthere\fend",
                    "next\u0085line and\u001cseparators\u001d\u001e\u001fof files",
                    "中文字符 和 日本語、カタカナ。한국어!",
                    "e\u0301te\u0301 A\u030angstro\u0308m \u1e9b\u0323 q\u0307\u0323",
                    "ÅÄÖ ẞ İstanbul ΣΑΣ ŒUVRE Ǆ ﬁn",
                    "price: $5^2 + `x` ~ a|b <c> = €3 №4 §5 ¶6 ©7",
                    "😀 👩‍👩‍👧 🇩🇪 ❤️ x\u200by z\ufeffw\u00adv",
                    "a_b-c.d,e;f:g!h?i(j)k[l]m{n}o/p\\q@r#s%t&u*v",
                    "١٢٣ ½ x² ⅷ ₂ اَلْعَرَبِيَّةُ עִבְרִית हिन्दी ไทย"
                })
        void it_knows_every_word_of_it_and_no_other(String text) {
            Tokenizer tokenizer = of(TokenizerType.WORD, text);
            Encoded encoded = tokenizer.encode(text);
            assertThat(encoded.unknown()).isEmpty();
            for (int id = 3; id < tokenizer.size(); id++) { // after [UNK], [BOS], [EOS]
                assertThat(encoded.tokens()).contains(tokenizer.vocabulary().token(id));
            }
        }

        /** The library's tables are those of Unicode 8: later scripts are left out. */
        @Test
        void it_cuts_at_the_same_characters_as_the_library() {
            StringBuilder text = new StringBuilder();
            IntStream.of(0x0020, 0x2000, 0x3000).forEach(start -> {
                int end = start == 0x0020 ? 0x0580 : start == 0x2000 ? 0x2e43 : 0x3100;
                IntStream.range(start, end)
                        .filter(Character::isDefined)
                        .forEach(c -> text.append('x').appendCodePoint(c).append("y "));
            });
            assertThat(of(TokenizerType.WORD, text.toString())
                            .encode(text.toString())
                            .unknown())
                    .isEmpty();
        }

        @Test
        void the_same_text_gives_the_same_tokenizer() {
            String text = "b a c a";
            assertThat(TokenizerBuilder.build(TokenizerType.WORD, text, 9))
                    .isEqualTo(TokenizerBuilder.build(TokenizerType.WORD, text, 9));
        }

        @Test
        void its_tokens_are_sorted_by_frequency_then_by_spelling() {
            Tokenizer tokenizer = of(TokenizerType.WORD, "b a c c");
            assertThat(List.of(
                            tokenizer.vocabulary().token(3),
                            tokenizer.vocabulary().token(4),
                            tokenizer.vocabulary().token(5)))
                    .containsExactly("c", "a", "b");
        }

        /** As in WordLevelTrainer of tokenizers 0.21.4: U+FB01 comes before U+1F600, whose first surrogate is U+D83D. */
        @ParameterizedTest
        @EnumSource(
                value = TokenizerType.class,
                names = {"WORD", "CHARACTER"})
        void among_equally_frequent_ones_the_lower_code_point_comes_first(TokenizerType type) {
            String text = "😀 ﬁ\n";
            Tokenizer both = of(type, text);
            assertThat(List.of(
                            both.vocabulary().token(both.size() - 2),
                            both.vocabulary().token(both.size() - 1)))
                    .containsExactly("ﬁ", "😀");
            Tokenizer one = Tokenizer.of(TokenizerBuilder.build(type, text, both.size() - 1), "test");
            assertThat(one.vocabulary().token(one.size() - 1)).isEqualTo("ﬁ");
            assertThat(one.vocabulary().id("😀")).isEmpty();
        }
    }

    @Nested
    class ByCharacter {

        private static final String TEXT = "To be, or not;\r\n\tthat 😀 é e\u0301\u00a0中\n\n";
        private final Tokenizer tokenizer = of(TokenizerType.CHARACTER, TEXT);

        @Test
        void every_character_is_a_token() {
            assertThat(tokenizer.encode(TEXT).tokens())
                    .containsExactlyElementsOf(
                            TEXT.codePoints().mapToObj(Character::toString).toList());
        }

        @Test
        void decoding_returns_the_text_including_line_ends() {
            assertThat(tokenizer.decode(tokenizer.encode(TEXT).ids())).isEqualTo(TEXT);
        }

        @Test
        void nothing_is_unknown_and_no_sentence_has_marks() {
            assertThat(tokenizer.encode(TEXT).unknown()).isEmpty();
            assertThat(tokenizer.sentenceMarks().start()).isEmpty();
            assertThat(tokenizer.sentenceMarks().end()).isEmpty();
        }

        /** A stream of characters is cut without the library; encode always goes through it. */
        @ParameterizedTest
        @ValueSource(strings = {TEXT, "unknown 😎 ones \u0000 too", "[UNK] as the text has it", ""})
        void a_stream_is_cut_as_the_library_cuts_it(String text) {
            assertThat(TextEncoderTest.encoded(tokenizer, text))
                    .isEqualTo(tokenizer.encode(text).ids());
        }

        @Test
        void a_character_it_never_saw_is_named() {
            assertThat(tokenizer.encode("😀😎").unknown()).containsExactly("😎");
        }
    }

    @Nested
    class OfALongText {

        private static final int WORDS = 2000; // the library's own limit is 512

        @Test
        void nothing_is_cut_off() {
            Tokenizer tokenizer = of(TokenizerType.WORD, "the cat");
            assertThat(tokenizer.encode("cat ".repeat(WORDS)).length()).isEqualTo(1 + WORDS);
            assertThat(tokenizer.encodeStream("cat ".repeat(WORDS))).hasSize(WORDS);
        }
    }

    @Nested
    class FromAFile {

        @TempDir
        private Path folder;

        @Test
        void it_equals_the_one_that_wrote_it() throws IOException {
            Tokenizer one = of(TokenizerType.WORD, "the cat sat");
            Path file = Files.writeString(folder.resolve("tokenizer.json"), one.json());
            assertThat(Tokenizer.load(file).encode("the cat ran").ids())
                    .isEqualTo(one.encode("the cat ran").ids());
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "{",
                    "nonsense",
                    "[]",
                    "{}",
                    "{\"model\": {}}",
                    "{\"model\": {\"vocab\": [1, 2]}}",
                    "{\"model\": {\"type\": \"Nonsense\", \"vocab\": {\"a\": 0}}}",
                    "{\"model\": {\"type\": \"WordLevel\", \"vocab\": {\"a\": -1}, \"unk_token\": \"a\"}}",
                    "{\"model\": {\"type\": \"WordLevel\", \"vocab\": {\"a\": \"b\"}, \"unk_token\": \"a\"}}",
                    "{\"model\": {\"type\": \"WordLevel\", \"vocab\": {\"a\": 2000000000}, \"unk_token\": \"a\"}}"
                })
        void a_broken_one_is_refused_in_one_sentence_that_names_it(String json) throws IOException {
            Path file = Files.writeString(folder.resolve("tokenizer.json"), json);
            assertThatThrownBy(() -> Tokenizer.load(file))
                    .isInstanceOf(HeedException.class)
                    .hasMessageContaining(file.toString())
                    .message()
                    .doesNotContain("\n");
        }

        @Test
        void a_missing_one_is_named() {
            Path file = folder.resolve("tokenizer.json");
            assertThatThrownBy(() -> Tokenizer.load(file))
                    .isInstanceOf(HeedException.class)
                    .hasMessageContaining(file.toString());
        }
    }

    /** Kinds that Heed does not train: tokens with scores, word pieces, byte pairs with bytes for unknown characters. */
    @ParameterizedTest
    @ValueSource(strings = {"unigram", "wordpiece", "bytefallback"})
    void other_kinds_cut_as_the_library_does_in_python(String kind) throws IOException {
        Path given = Path.of("src/test/resources/fixtures/tokenizers");
        JsonNode samples = JsonMapper.shared()
                .readTree(given.resolve("samples.json").toFile())
                .path(kind);
        assertThat(samples).isNotEmpty();
        try (Tokenizer tokenizer = Tokenizer.load(given.resolve(kind + ".json"))) {
            for (JsonNode sample : samples) {
                Encoded encoded = tokenizer.encode(sample.path("text").asString());
                long[] ids = sample.path("ids")
                        .valueStream()
                        .mapToLong(JsonNode::longValue)
                        .toArray();
                assertThat(encoded.ids()).containsExactly(ids);
                assertThat(Arrays.stream(ids)
                                .mapToObj(id -> tokenizer.vocabulary().token((int) id)))
                        .allMatch(token -> !token.isEmpty())
                        .hasSameSizeAs(encoded.tokens());
                assertThat(encoded.tokens())
                        .containsExactlyElementsOf(sample.path("tokens")
                                .valueStream()
                                .map(JsonNode::asString)
                                .toList());
                assertThat(tokenizer.decode(ids))
                        .isEqualTo(sample.path("decoded").asString());
                boolean strange = Arrays.stream(ids)
                        .anyMatch(id -> id == tokenizer.vocabulary().unknown().orElseThrow());
                assertThat(encoded.unknown().isEmpty()).isNotEqualTo(strange);
            }
        }
    }
}
