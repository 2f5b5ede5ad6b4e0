package io.heed.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.Seeds;
import io.heed.text.IdList;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Text cut without the library gets the library's ids. */
class TextEncoderTest {

    /** Characters for random texts: common ones, and all that have special rules. */
    private static final String CHARACTERS = "aAbBzZ09 \t\n\r\u000b\f\u001c\0\u007f.,;'_-[]$^`~<éÉeEßẞİıſ"
            + "\u0301\u0308\u0323\u00a0\u0085\u2003\u2028\u3000\u200b\u200d\ufeff\u00ad\u2014\u201c\u201d\u2026\u00a1\u00bf"
            + "\u00d7\u20ac\u03a3\u03c3\u03c2\u1e9b\u01c4\u01c5\u0416\u0451\u05d0\u05b0\u0627\u064e\u0915\u094d\u0e01\u4e2d\u3002"
            + "\u304b\u3099\u30ac\uac00\u1100\u1161\u11a8\uff21\uff0c\ufb01\u212a\u2126😀🇩🇪𐐀𝐀";

    static long[] encoded(Tokenizer tokenizer, String text) {
        return encoded(tokenizer.encoder(), text);
    }

    private static long[] encoded(TextEncoder encoder, String text) {
        IdList ids = new IdList(1);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        encoder.encode(bytes, 0, bytes.length, ids);
        long[] all = new long[ids.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = ids.get(i);
        }
        return all;
    }

    private static void assertSame(Tokenizer tokenizer, String text) {
        assertThat(encoded(tokenizer, text)).as(text).isEqualTo(tokenizer.encodeStream(text));
    }

    private static Tokenizer of(TokenizerType type, String text, int vocabulary) {
        int least = type == TokenizerType.BPE ? 300 : 0; // a token for each byte, and some merges
        return Tokenizer.of(TokenizerBuilder.build(type, text, Math.max(least, vocabulary)), "test");
    }

    private static String random(long seed, int length) {
        RandomGenerator random = Seeds.random(seed, "text", 0);
        int[] characters = CHARACTERS.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(
                    random.nextInt(200) == 0
                            ? random.nextBoolean() ? "[UNK]" : "<|endoftext|>"
                            : Character.toString(characters[random.nextInt(characters.length)]));
            if (random.nextInt(3) == 0) {
                text.append(' ');
            }
        }
        return text.toString();
    }

    @ParameterizedTest
    @EnumSource(TokenizerType.class)
    void random_text_is_cut_the_same(TokenizerType type) {
        for (int seed = 0; seed < 40; seed++) {
            String text = random(seed, 500);
            assertSame(of(type, text, 100_000), text);
            assertSame(of(type, text, 30), text); // most is unknown
        }
    }

    @ParameterizedTest
    @EnumSource(TokenizerType.class)
    void the_toy_corpus_is_cut_the_same(TokenizerType type) throws IOException {
        String text = Files.readString(Path.of("data/toy.txt"));
        assertSame(of(type, text, 100), text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[UNK]", "x[BOS]y", "[[EOS]]", "[UNK", "[unk]", "a [ b", "[BOS] [EOS]", "ÉÉ[UNK]É"})
    void special_tokens_in_a_text_are_cut_the_same(String text) {
        assertSame(of(TokenizerType.WORD, "a b x y [ ] unk é éé", 100), text);
        assertSame(of(TokenizerType.CHARACTER, "[]UNK aby", 100), text);
    }

    /** A call to the library costs some 20 µs, however short the word. */
    @Test
    void words_of_unknown_characters_go_to_the_library_in_batches() {
        Tokenizer tokenizer = of(TokenizerType.WORD, "a b q\u0378x0 q\u0378x7", 100);
        Map<String, Integer> ids = new LinkedHashMap<>();
        IntStream.range(0, tokenizer.size())
                .forEach(id -> ids.put(tokenizer.vocabulary().token(id), id));
        AtomicInteger calls = new AtomicInteger();
        TextEncoder encoder =
                new TextEncoder.OfWords(ids, tokenizer.vocabulary().unknown().orElseThrow(), text -> {
                    calls.incrementAndGet();
                    return tokenizer.encodeStream(text);
                });
        String text = IntStream.range(0, 20_000)
                .mapToObj(i -> "a Q\u0378x" + i + "[UNK]" + (i % 9 == 0 ? " " : ".") + "b")
                .collect(Collectors.joining(" "));
        assertThat(encoded(encoder, text)).isEqualTo(tokenizer.encodeStream(text));
        assertThat(calls.get()).isBetween(1, 10); // of 32,768 chars: 20,000 stretches have some 150,000
        calls.set(0);
        encoded(encoder, text);
        assertThat(calls).as("what is remembered").hasValue(0);
        for (int part = 1; part < 5; part++) {
            encoded(encoder, text.replace("x", "y" + part));
        }
        calls.set(0);
        encoded(encoder, "Q\u0378z");
        encoded(encoder, "Q\u0378z");
        assertThat(calls).as("after more than are remembered").hasValue(1);
    }

    /** Each character alone, between letters and beside itself; its own token if the library makes it one. */
    @Test
    void every_character_is_cut_the_same_by_words() {
        StringBuilder text = new StringBuilder();
        for (int c = 1; c <= Character.MAX_CODE_POINT; c++) {
            boolean often = c < 0x3400 || (c >= 0xA000 && c < 0xAC00) || (c >= 0xF900 && c < 0x20000);
            if ((c < 0xD800 || c > 0xDFFF) && (often || c % 97 == 0)) { // of Chinese and Korean some
                text.append('x')
                        .appendCodePoint(c)
                        .append("y ")
                        .appendCodePoint(c)
                        .appendCodePoint(c)
                        .append(' ');
            }
        }
        assertSame(of(TokenizerType.WORD, text.toString(), 1_000_000), text.toString());
    }

    /** Each character between letters, between numbers, after a space and beside itself, so that its kind affects the cuts. */
    @Test
    void every_character_is_cut_the_same_by_pairs_of_bytes() {
        Tokenizer tokenizer = joiningNeighbours();
        TextEncoder encoder = tokenizer.encoder();
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            boolean often = c < 0x3400 || (c >= 0xA000 && c < 0xAC00) || (c >= 0xF900 && c < 0x20000);
            if ((often || c % 97 == 0) && (c < 0xD800 || c > 0xDFFF)) {
                String one = Character.toString(c);
                String text = "x" + one + "x1" + one + "1." + one + ". " + one + "x " + one + one + "x";
                assertThat(encoded(encoder, text)).as(text).isEqualTo(tokenizer.encodeStream(text));
            }
        }
    }

    /** A tokenizer that merges any two bytes one of which is x, 1 or a full stop, so that word ends show. */
    private static Tokenizer joiningNeighbours() {
        Map<String, Integer> vocabulary = new LinkedHashMap<>();
        List<List<String>> merges = new ArrayList<>();
        List<String> bytes = IntStream.range(0, 256)
                .mapToObj(b -> String.valueOf(ByteAlphabet.spelled(b)))
                .toList();
        bytes.forEach(b -> vocabulary.put(b, vocabulary.size()));
        for (String neighbour : List.of("x", "1", ".")) {
            for (String b : bytes) {
                merges.add(List.of(neighbour, b));
                merges.add(List.of(b, neighbour));
            }
        }
        merges.forEach(pair -> vocabulary.putIfAbsent(String.join("", pair), vocabulary.size()));
        Tokenizer tokenizer =
                Tokenizer.of(TokenizerBuilder.bytePairs(vocabulary, merges, Map.of(), false), "neighbours");
        assertThat(tokenizer.encoder()).isInstanceOf(BpeEncoder.class);
        assertThat(encoded(tokenizer, "xa")).hasSize(1);
        assertThat(encoded(tokenizer, "x,")).hasSize(2);
        return tokenizer;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<|endoftext|>",
                "a<|endoftext|>b",
                "a <|endoftext|> b",
                "<|endoftext|><|endoftext|>\n",
                "<|endoftext",
                "it's <|endoftext|>'s",
                "we'll they're I'd 's' 'S  x\n\n y   \t z ",
                "1234 12.5% 3rd  "
            })
    void texts_with_ends_and_white_space_are_cut_the_same_by_pairs_of_bytes(String text) {
        assertSame(of(TokenizerType.BPE, "it's we'll a b the the text text end end", 300), text);
    }

    @Test
    void the_fixture_of_another_trainer_is_cut_the_same() throws IOException {
        try (Tokenizer tokenizer = Tokenizer.load(Path.of("src/test/resources/fixtures/bpe/tokenizer.json"))) {
            assertThat(tokenizer.encoder()).isInstanceOf(BpeEncoder.class);
            assertSame(tokenizer, Files.readString(Path.of("src/test/resources/fixtures/bpe/odd.txt")));
            assertSame(
                    tokenizer,
                    "=".repeat(500) + " " + "ab".repeat(300) + " ".repeat(400) + "x"); // words too long to be cached
        }
    }

    /** Merges in an order in which a token's own pair comes before it, so that the earlier of two merges appears late. */
    @Test
    void merges_in_any_order_are_cut_the_same() throws IOException {
        String json = Files.readString(Path.of("src/test/resources/fixtures/bpe/tokenizer.json"));
        ObjectNode root = (ObjectNode) JsonMapper.shared().readTree(json);
        ArrayNode merges = (ArrayNode) root.path("model").path("merges");
        List<JsonNode> shuffled = new ArrayList<>(merges.values());
        for (int seed = 0; seed < 5; seed++) {
            Collections.shuffle(shuffled, new Random(seed));
            merges.removeAll().addAll(shuffled);
            try (Tokenizer tokenizer = Tokenizer.of(root.toString(), "test")) {
                assertThat(tokenizer.encoder()).isInstanceOf(BpeEncoder.class);
                assertSame(tokenizer, Files.readString(Path.of("data/toy.txt")).substring(0, 20_000));
                assertSame(tokenizer, "aaaa aaaaa eeeeee tttttt thththththe thethethe");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"add_prefix_space", "ignore_merges", "lstrip"})
    void other_merge_rules_are_left_to_the_library(String way) throws IOException {
        String json = Files.readString(Path.of("src/test/resources/fixtures/bpe/tokenizer.json"));
        String set = "\"%s\": false".formatted(way);
        assertThat(json).contains(set);
        try (Tokenizer tokenizer = Tokenizer.of(json.replace(set, "\"%s\": true".formatted(way)), "test")) {
            assertThat(tokenizer.encoder()).isInstanceOf(TextEncoder.ByLibrary.class);
            assertSame(tokenizer, "The cat <|endoftext|> sat");
        }
    }

    /** A tokenizer.json that was not built here is left to the library, despite a similar name. */
    @Test
    void other_cutting_rules_are_left_to_the_library() {
        String json = TokenizerBuilder.build(TokenizerType.WORD, "The cat", 10);
        Tokenizer other = Tokenizer.of(json.replace("BertPreTokenizer", "WhitespaceSplit"), "test");
        assertThat(other.encoder()).isInstanceOf(TextEncoder.ByLibrary.class);
        assertSame(other, "the, cat the cat");
    }
}
