package io.heed.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.Seeds;
import io.heed.text.DataFormat;
import io.heed.text.corpus.Repeats;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

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
}
