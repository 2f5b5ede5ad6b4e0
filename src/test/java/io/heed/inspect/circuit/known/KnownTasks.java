package io.heed.inspect.circuit.known;

import io.heed.inspect.circuit.known.KnownTask.Asked;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The tasks of the models whose circuits are known. Texts end with {@code so} where nothing of them has to be last. */
final class KnownTasks {

    private static final int LETTERS = 6; // a to f
    private static final List<String> KEYS = List.of("k", "l", "m");

    private KnownTasks() {}

    private static String letter(int value) {
        return "" + (char) ('a' + value % LETTERS);
    }

    private static String letters(int... values) {
        return Arrays.stream(values).mapToObj(KnownTasks::letter).collect(Collectors.joining(" "));
    }

    private static List<Integer> times(int count, int size) {
        return Collections.nCopies(count, size);
    }

    /** {@code c a f b so}: the letter at a place. */
    static KnownTask copy(int place) {
        return new KnownTask(times(4, LETTERS), v -> new Asked(letters(v) + " so", letter(v[place])));
    }

    /** {@code c a f b so}: the letter that in the alphabet comes after the one at a place. */
    static KnownTask next(int place) {
        return new KnownTask(times(4, LETTERS), v -> new Asked(letters(v) + " so", letter(v[place] + 1)));
    }

    /** {@code c a f}: the letter that in the alphabet comes after the last one. */
    static KnownTask nextToLast() {
        return new KnownTask(times(3, LETTERS), v -> new Asked(letters(v), letter(v[2] + 1)));
    }

    /** {@code p c q so}: whether two bits are equal. */
    static KnownTask equal() {
        return new KnownTask(
                List.of(2, LETTERS, 2),
                v -> new Asked(
                        "%s %s %s so".formatted(bit(v[0]), letter(v[1]), bit(v[2])), v[0] == v[2] ? "even" : "odd"));
    }

    private static String bit(int value) {
        return value == 0 ? "p" : "q";
    }

    /** {@code b e so}: whether the first letter comes before the second. */
    static KnownTask before() {
        return new KnownTask(times(2, LETTERS), v -> new Asked(letters(v) + " so", v[0] < v[1] ? "before" : "after"));
    }

    /** {@code c a so}: one of 9 words, which names both letters. */
    static KnownTask both() {
        return new KnownTask(times(2, 3), v -> new Asked(letters(v) + " so", letter(v[0]) + letter(v[1])));
    }

    /** {@code p q q p q so}: the bit that most have. */
    static KnownTask most() {
        return new KnownTask(
                times(5, 2),
                v -> new Asked(
                        Arrays.stream(v).mapToObj(KnownTasks::bit).collect(Collectors.joining(" ")) + " so",
                        bit(Arrays.stream(v).sum() > 2 ? 1 : 0)));
    }

    /** {@code a mark b c d so}: the letter after the mark. */
    static KnownTask marked() {
        return new KnownTask(List.of(LETTERS, LETTERS, LETTERS, LETTERS, 4), v -> {
            String text = IntStream.range(0, 4)
                    .mapToObj(i -> (i == v[4] ? "mark " : "") + letter(v[i]))
                    .collect(Collectors.joining(" "));
            return new Asked(text + " so", letter(v[v[4]]));
        });
    }

    /** {@code k a l c m b l}: what followed the last word before, or a letter that many later in the alphabet. */
    static KnownTask recall(int later) {
        return new KnownTask(List.of(6, LETTERS, LETTERS, LETTERS, 3), v -> {
            List<String> keys = order(v[0], KEYS);
            String listed = IntStream.range(0, 3)
                    .mapToObj(i -> keys.get(i) + " " + letter(v[1 + i]))
                    .collect(Collectors.joining(" "));
            String key = KEYS.get(v[4]);
            return new Asked(listed + " " + key, letter(v[1 + keys.indexOf(key)] + later));
        });
    }

    /** One of the 6 orders of three words. */
    private static List<String> order(int number, List<String> words) {
        String first = words.get(number / 2);
        List<String> others = words.stream().filter(word -> !word.equals(first)).toList();
        return List.of(first, others.get(number % 2), others.get(1 - number % 2));
    }

    /** {@code c a f b 2}: the letter at a place that the last word gives. */
    static KnownTask numbered() {
        return numbered((letters, number) -> letters + " " + number);
    }

    /** {@code 2 c a f b so}: the letter at a place that the first word gives. */
    static KnownTask numberedFirst() {
        return numbered((letters, number) -> number + " " + letters + " so");
    }

    private static KnownTask numbered(BinaryOperator<String> joined) {
        return new KnownTask(
                List.of(LETTERS, LETTERS, LETTERS, LETTERS, 4),
                v -> new Asked(joined.apply(letters(Arrays.copyOf(v, 4)), "" + (v[4] + 1)), letter(v[v[4]])));
    }

    /** {@code c a next}: the first letter, or the one after or before it. */
    static KnownTask operator() {
        return new KnownTask(
                List.of(LETTERS, LETTERS, 3),
                v -> new Asked(
                        letters(v[0], v[1]) + " "
                                + List.of("same", "next", "last").get(v[2]),
                        letter(v[0] + List.of(0, 1, LETTERS - 1).get(v[2]))));
    }
}
