package io.heed.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.Seeds;
import io.heed.text.DataFormat;
import io.heed.text.corpus.Repeats;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Words and lines counted in bounded space. */
class CountsTest {

    private static Map<String, Long> all(Counts counts) {
        Map<String, Long> all = new HashMap<>();
        counts.forEach(all::put);
        return all;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void many_words_of_many_pieces_are_counted_one_by_one() {
        RandomGenerator random = Seeds.random(1, "words", 0);
        Map<String, Long> expected = new HashMap<>();
        Counts counts = Counts.none(TokenizerType.WORD, 1000);
        for (int piece = 0; piece < 50; piece++) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 2000; i++) {
                String word =
                        (random.nextBoolean() ? "w" : "é") + Math.abs(random.nextInt() % (1 + random.nextInt(50_000)));
                expected.merge(word, 1L, Long::sum);
                text.append(word).append(' ');
            }
            counts.add(Counts.of(TokenizerType.WORD, bytes(text.toString())));
        }
        assertThat(all(counts)).isEqualTo(expected);
    }

    @Test
    void characters_of_many_pieces_are_counted_one_by_one() {
        Counts counts = Counts.none(TokenizerType.CHARACTER, 1000);
        counts.add(Counts.of(TokenizerType.CHARACTER, bytes("aéa😀")));
        counts.add(Counts.of(TokenizerType.CHARACTER, bytes("😀\na")));
        assertThat(all(counts)).isEqualTo(Map.of("a", 3L, "é", 1L, "😀", 2L, "\n", 1L));
    }

    @Test
    void with_too_many_words_the_rarest_are_dropped() {
        Counts counts = new Counts.OfWords(10);
        counts.add(Counts.of(TokenizerType.WORD, bytes("a a a b b b b " + "c d e f g h i j k l m")));
        assertThat(all(counts)).isEqualTo(Map.of("a", 3L, "b", 4L));
        counts.add(Counts.of(TokenizerType.WORD, bytes("a c")));
        assertThat(all(counts)).isEqualTo(Map.of("a", 4L, "b", 4L, "c", 1L));
    }

    @Test
    void with_very_many_lines_repeats_are_estimated_from_a_sample() {
        Repeats repeats = new Repeats(DataFormat.LINES, 1000);
        int lines = 20_000;
        for (int i = 0; i < lines; i++) {
            repeats.add(bytes("line " + i + "\n"));
        }
        for (int i = 0; i < lines; i += 4) {
            repeats.look(bytes("line " + i + "\nanother " + i + "\n"));
        }
        // about 625 of 20,000 are held, a quarter of them found: 156 with a standard deviation of 11; five of them are
        // 35 %
        assertThat((double) repeats.lines()).isBetween(.8 * lines, 1.2 * lines);
        assertThat((double) repeats.count()).isBetween(.65 * lines / 4, 1.35 * lines / 4);
    }

    /** As tasks count sections and their counts are sent: the same words in the same order, which ties depend on. */
    @ParameterizedTest
    @EnumSource(TokenizerType.class)
    void counts_that_are_sent_add_up_to_those_of_the_text(TokenizerType type) throws Exception {
        Counts whole = Counts.of(type, bytes("the cat, é and 😀\nthe dog's cat\nand a bird\n"));
        Counts sum = Counts.none(type, 100);
        for (String part : List.of("the cat, é and 😀\n", "the dog's cat\nand a bird\n")) {
            sum.add(sent(Counts.of(type, bytes(part))));
        }
        assertThat(inOrder(sum)).isEqualTo(inOrder(whole)).hasSizeGreaterThan(8);
    }

    private static List<String> inOrder(Counts counts) {
        List<String> all = new ArrayList<>();
        counts.forEach((word, count) -> all.add(word + " " + count));
        return all;
    }

    @Test
    void repeats_that_are_sent_add_up_to_those_of_all_lines() throws Exception {
        for (int limit : new int[] {50, 1000}) {
            Repeats whole = new Repeats(DataFormat.LINES, limit);
            Repeats sum = new Repeats(DataFormat.LINES, limit);
            for (int part = 0; part < 5; part++) {
                Repeats own = new Repeats(DataFormat.LINES, limit);
                for (int i = 0; i < 1 + 60 * part; i++) {
                    whole.add(bytes("line " + i));
                    own.add(bytes("line " + i));
                }
                sum.add(sent(own));
            }
            assertThat(sum.lines()).isEqualTo(whole.lines());
            Repeats looking = sent(sum);
            for (int i = 0; i < 300; i += 3) {
                whole.look(bytes("line " + i));
                looking.look(bytes("line " + i));
            }
            sum.found(sent(looking.found()));
            assertThat(sum.count()).isEqualTo(whole.count()).isPositive().isLessThan(sum.lines());
        }
    }

    /** What arrives in another process. */
    @SuppressWarnings("unchecked")
    private static <T> T sent(T thing) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ObjectOutputStream objects = new ObjectOutputStream(out)) {
            objects.writeObject(thing);
        }
        try (ObjectInputStream objects = new ObjectInputStream(new ByteArrayInputStream(out.toByteArray()))) {
            return (T) objects.readObject();
        }
    }
}
