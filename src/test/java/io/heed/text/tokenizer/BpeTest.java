package io.heed.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.heed.HeedException;
import io.heed.Seeds;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Byte-level byte-pair encoding is learnt and applied as in Hugging Face's tokenizers library. */
class BpeTest {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private Path folder;

    private static JsonNode json(Path file) throws IOException {
        return JSON.readTree(Files.readString(file));
    }

    private JsonNode trained(Path text, int vocabulary) {
        return JSON.readTree(
                TokenizerBuilder.build(TokenizerType.BPE, List.of(text), vocabulary, (stage, done, all) -> {}));
    }

    /** The library's tokenizer.json for the same texts, from fixtures/make_bpe.py, key by key. */
    @ParameterizedTest
    @CsvSource({"data/toy.txt, 400, toy-400", "data/toy-held-out.txt, 1000, held-out-1000", "odd.txt, 900, odd-900"})
    void merges_and_vocabulary_match_the_library(String text, int vocabulary, String expected) throws IOException {
        Path file = text.startsWith("data")
                ? Path.of(text)
                : FIXTURES.resolve("bpe").resolve(text);
        JsonNode own = trained(file, vocabulary);
        JsonNode library = json(FIXTURES.resolve("bpe/" + expected + ".json"));
        assertThat(own.path("model").path("merges"))
                .isEqualTo(library.path("model").path("merges"));
        assertThat(own).isEqualTo(library);
    }

    @Test
    void samples_are_encoded_and_decoded_as_by_the_library() throws IOException {
        try (Tokenizer tokenizer = Tokenizer.load(FIXTURES.resolve("bpe/tokenizer.json"))) {
            JsonNode samples = json(FIXTURES.resolve("bpe/samples.json"));
            assertThat(samples).isNotEmpty();
            for (JsonNode sample : samples) {
                long[] ids = sample.path("ids")
                        .valueStream()
                        .mapToLong(JsonNode::asLong)
                        .toArray();
                assertThat(tokenizer.encode(sample.path("text").stringValue()).ids())
                        .isEqualTo(ids);
                assertThat(tokenizer.encodeStream(sample.path("text").stringValue()))
                        .isEqualTo(ids);
                assertThat(tokenizer.decode(ids))
                        .isEqualTo(sample.path("decoded").stringValue());
            }
        }
    }

    /** A merge of two tokens whose text is a token already is learnt too: a-b-c by way of ab and by way of bc. */
    @Test
    void every_text_can_be_encoded_and_decoded_unchanged() throws IOException {
        Path text = folder.resolve("a.txt");
        Files.writeString(text, "abc abc bcd bcd abcd abcd xabc\n");
        String any = "abcd 中 \u0000\u0007 e\u0301 🇩🇪 \r\n\t\u2028 end";
        try (Tokenizer tokenizer = Tokenizer.of(trained(text, 300).toString(), "test")) {
            Encoded encoded = tokenizer.encode(any);
            assertThat(encoded.unknown()).isEmpty();
            assertThat(tokenizer.decode(encoded.ids())).isEqualTo(any);
            assertThat(tokenizer.size()).isLessThan(300); // there is no more that occurs twice
        }
    }

    @Test
    void the_bytes_of_the_tokens_add_up_to_those_of_the_text() throws IOException {
        try (Tokenizer tokenizer = Tokenizer.load(FIXTURES.resolve("bpe/tokenizer.json"))) {
            String text = "naïve café — 東京 🐈 the end";
            long[] ids = tokenizer.encode(text).ids();
            assertThat(Arrays.stream(ids)
                            .map(id -> tokenizer.vocabulary().bytes((int) id))
                            .sum())
                    .isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
            assertThat(tokenizer.vocabulary().bytes(0)).isZero(); // <|endoftext|>
        }
    }

    @Test
    void the_end_of_a_text_is_its_own_token() throws IOException {
        try (Tokenizer tokenizer = Tokenizer.load(FIXTURES.resolve("bpe/tokenizer.json"))) {
            assertThat(tokenizer.sentenceMarks().end()).hasValue(0);
            assertThat(tokenizer.sentenceMarks().start()).isEmpty();
            assertThat(tokenizer.encodeStream("a<|endoftext|>b")).containsExactly(65, 0, 66);
        }
    }

    @Test
    void a_vocabulary_too_small_for_all_bytes_is_refused() {
        assertThatThrownBy(() -> TokenizerBuilder.build(TokenizerType.BPE, "a", 256))
                .isInstanceOf(HeedException.class)
                .hasMessage(
                        "a vocabulary of 256 is too small for bpe, which has a token for each byte and <|endoftext|>;"
                                + " give 257 or more");
    }

    /** Without merges the library's word ids tell where the rule cuts; characters that Unicode added since Java 17 are left out. */
    @Test
    void words_end_where_the_library_ends_them() throws IOException {
        String all =
                "aAzZ09 \t\n\r\u000b\f\u001c'.,_-[]\u00a0\u0085\u2003\u2028\u3000\u200béß\u0301…×€ЖאकЯ中。ガ１Ⅷ½²٣😀𐐀𐐀";
        int[] characters = all.codePoints().toArray();
        String[] more = {"'s", "'re", "'ll", "'m", "'ve", "'d", "'t", " ", "  ", "\n\n", "the", "he", "'S", " '"};
        byte[] json = TokenizerBuilder.build(TokenizerType.BPE, "", 257).getBytes(StandardCharsets.UTF_8);
        try (HuggingFaceTokenizer library =
                HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), Map.of("truncation", "false"))) {
            for (int seed = 0; seed < 60; seed++) {
                RandomGenerator random = Seeds.random(seed, "text", 0);
                StringBuilder text = new StringBuilder();
                for (int i = 0; i < 200; i++) {
                    text.append(
                            random.nextBoolean()
                                    ? more[random.nextInt(more.length)]
                                    : Character.toString(characters[random.nextInt(characters.length)]));
                }
                assertThat(ends(text.toString()))
                        .as(text.toString())
                        .isEqualTo(ends(library.encode(text.toString()).getWordIds()));
            }
            StringBuilder each = new StringBuilder();
            for (int c = 1; c <= 0xFFFF; c++) {
                boolean rare = c > 0x3400 && c % 37 > 0;
                if (Character.isDefined(c) && !Character.isSurrogate((char) c) && !rare) {
                    each.append("x1.")
                            .appendCodePoint(c)
                            .append("x")
                            .appendCodePoint(c)
                            .append("1 ")
                            .appendCodePoint(c)
                            .append(".");
                }
            }
            assertThat(ends(each.toString()))
                    .isEqualTo(ends(library.encode(each.toString()).getWordIds()));
        }
    }

    /** The indices of the tokens, here bytes, that end a word. */
    private static List<Integer> ends(long[] words) {
        List<Integer> ends = new ArrayList<>();
        for (int i = 1; i <= words.length; i++) {
            if (i == words.length || words[i] != words[i - 1]) {
                ends.add(i);
            }
        }
        return ends;
    }

    private static List<Integer> ends(String text) {
        List<Integer> ends = new ArrayList<>();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteWords.cut(bytes, 0, bytes.length, (all, from, length, hash) -> {
            assertThat(hash).isEqualTo(WordTable.hash(Arrays.copyOfRange(all, from, from + length), length));
            ends.add(from + length);
        });
        return ends;
    }
}
