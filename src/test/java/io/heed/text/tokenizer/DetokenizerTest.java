package io.heed.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.Seeds;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A text and the text of its continuation, concatenated, are the text of all their tokens. */
class DetokenizerTest {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures");

    private static final String WORDS = "the cat sat on the mat . l'enfant , ci-dessous !";

    private static Tokenizer tokenizer(String kind) {
        return switch (kind) {
            case "words" -> Tokenizer.of(TokenizerBuilder.build(TokenizerType.WORD, WORDS, 100), kind);
            case "characters" -> Tokenizer.of(TokenizerBuilder.build(TokenizerType.CHARACTER, WORDS, 100), kind);
            case "bpe" -> Tokenizer.load(FIXTURES.resolve("bpe/tokenizer.json"));
            default -> Tokenizer.load(FIXTURES.resolve("tokenizers/" + kind + ".json"));
        };
    }

    /**
     * Tokens that stand for text, drawn at random, whole characters or not; where one byte that is wrong changes the text of those
     * before it, tokens of a text.
     */
    private static long[] random(Tokenizer tokenizer, RandomGenerator random, int count) {
        if (tokenizer.vocabulary().id("<0xE6>").isPresent()) {
            String text = random.ints(count, 0, 5)
                    .mapToObj(List.of("the", "東京", " 🐈", " cat", "é")::get)
                    .collect(Collectors.joining());
            return tokenizer.encode(text).ids();
        }
        return random.longs(0, tokenizer.size())
                .filter(id -> !tokenizer.vocabulary().marks().contains((int) id))
                .limit(count)
                .toArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"words", "characters", "bpe", "unigram", "wordpiece", "bytefallback"})
    void text_and_continuation_add_up_to_the_whole(String kind) {
        try (Tokenizer tokenizer = tokenizer(kind)) {
            for (int i = 0; i < 300; i++) {
                RandomGenerator random = Seeds.random(1, kind, i);
                long[] ids = random(tokenizer, random, 1 + random.nextInt(40));
                int typed = random.nextInt(ids.length);
                while (typed > 0 && tokenizer.decode(Arrays.copyOf(ids, typed)).endsWith("\ufffd")) {
                    typed--; // what is typed are whole characters
                }
                long[] before = Arrays.copyOf(ids, typed);
                Detokenizer detokenizer = new Detokenizer(tokenizer, before);
                StringBuilder text = new StringBuilder(tokenizer.decode(before));
                for (int place = typed; place < ids.length; place++) {
                    text.append(detokenizer.add(ids[place]));
                    assertThat(tokenizer.decode(Arrays.copyOf(ids, place + 1))).startsWith(text); // never taken back
                }
                text.append(detokenizer.rest());
                assertThat(text.toString()).as(Arrays.toString(ids)).isEqualTo(tokenizer.decode(ids));
                assertThat(tokenizer.decode(before)
                                + Detokenizer.text(tokenizer, before, Arrays.copyOfRange(ids, typed, ids.length)))
                        .isEqualTo(tokenizer.decode(ids));
            }
        }
    }

    /** By hand: an unknown word is a word, so a blank follows it; the start of a sentence is not. */
    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            words     | zig                     | the    | ` the`
            words     | zig zag zug zog zeg     | the    | ` the`
            words     | the zig zag zug zog zeg | the    | ` the`
            words     | ``                      | the    | the
            words     | zig                     | '      | '
            words     | l'                      | enfant | enfant
            words     | zig -                   | mat    | mat
            words     | zig .                   | mat    | ` mat`
            wordpiece | ßßß ßßß ßßß ßßß ßßß     | the    | ` the`
            unigram   | ßßßß ßßßß ßßßß ßßßß     | ▁cat   | ` cat`
            """)
    void unknown_words_are_followed_by_a_blank_where_one_belongs(String kind, String typed, String token, String text) {
        try (Tokenizer tokenizer = tokenizer(kind)) {
            long[] before = tokenizer.encode(typed).ids();
            long id = tokenizer.vocabulary().id(token).orElseThrow();
            assertThat(Detokenizer.text(tokenizer, before, id)).isEqualTo(text);
        }
    }

    /** By hand: white space that no token stands for replaces one blank; if tokens have their own, both stay. */
    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            words      | `the cat `    | sat  | the cat sat
            words      | `the cat`     | sat  | the cat sat
            words      | `the cat  `   | sat  | the cat  sat
            words      | `the cat\n`  | sat  | `the cat\nsat`
            words      | `the cat\u3000` | sat | `the cat\u3000sat`
            words      | `the zig `    | sat  | the zig sat
            words      | `the l' `     | enfant | the l' enfant
            wordpiece  | `the `        | cat  | the cat
            wordpiece  | `the `        | ##s  | the s
            characters | `the cat `    | s    | the cat s
            characters | `the cat `    | ` `  | `the cat  `
            bpe        | `the cat `    | Ġs   | `the cat  s`
            """)
    void white_space_at_the_end_of_a_text_stays_as_it_is(String kind, String typed, String token, String whole) {
        try (Tokenizer tokenizer = tokenizer(kind)) {
            long id = tokenizer.vocabulary().id(token).orElseThrow();
            assertThat(typed + Detokenizer.text(tokenizer, tokenizer.encode(typed), id))
                    .isEqualTo(whole);
        }
    }

    @Test
    void a_mark_has_no_text() {
        try (Tokenizer tokenizer = tokenizer("words")) {
            long end = tokenizer.sentenceMarks().end().orElseThrow();
            assertThat(Detokenizer.text(tokenizer, tokenizer.encode("the cat").ids(), end))
                    .isEmpty();
        }
    }

    /** 東 is E6 9D B1 in UTF-8: the token of each byte adds nothing until the last. */
    @Test
    void a_character_is_returned_once_it_is_complete() {
        try (Tokenizer tokenizer = tokenizer("bytefallback")) {
            long[] bytes = LongStream.of(0xE6, 0x9D, 0xB1)
                    .map(b -> tokenizer.vocabulary().id("<0x%02X>".formatted(b)).orElseThrow())
                    .toArray();
            Detokenizer detokenizer =
                    new Detokenizer(tokenizer, tokenizer.encode("the").ids());
            assertThat(List.of(detokenizer.add(bytes[0]), detokenizer.add(bytes[1]), detokenizer.add(bytes[2])))
                    .containsExactly("", "", "東");
        }
    }
}
