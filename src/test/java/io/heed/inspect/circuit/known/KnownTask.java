package io.heed.inspect.circuit.known;

import io.heed.Seeds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * A task: texts of one length, and the word that has to follow each. A few choices decide a text.
 *
 * @param sizes how many values each choice has
 * @param asked makes a text of the values
 */
record KnownTask(List<Integer> sizes, Function<int[], Asked> asked) {

    /** After so many draws a choice is taken for one that never changes the answer. */
    private static final int TRIES = 100;

    /**
     * A text, and what should follow.
     *
     * @param text words with spaces between them
     * @param answer one word
     */
    record Asked(String text, String answer) {}

    /** Two texts that differ in the value of one choice, and in their answers. */
    record Contrast(Asked clean, Asked corrupted) {

        /** A line of a file of pairs. */
        String line() {
            return String.join("\t", clean.text, corrupted.text, clean.answer, corrupted.answer);
        }
    }

    /** Draws a text. */
    Asked draw(RandomGenerator random) {
        return asked.apply(values(random));
    }

    private int[] values(RandomGenerator random) {
        return sizes.stream().mapToInt(random::nextInt).toArray();
    }

    /**
     * Draws pairs, none twice, and none with its texts exchanged; the choices that differ take turns, those that never change the answer
     * left out. Each has two turns in a row.
     *
     * @param most how many there are at most; a task of few texts has fewer
     */
    List<Contrast> contrasts(long seed, int most) {
        RandomGenerator random = Seeds.random(seed, "contrasts", 0);
        List<Contrast> contrasts = new ArrayList<>();
        Set<Set<Asked>> seen = new HashSet<>();
        for (int turn = 0; contrasts.size() < most && turn < TRIES * most; turn++) {
            contrast(random, turn / 2 % sizes.size())
                    .filter(each -> seen.add(Set.of(each.clean, each.corrupted)))
                    .ifPresent(contrasts::add);
        }
        return contrasts;
    }

    private Optional<Contrast> contrast(RandomGenerator random, int choice) {
        return Stream.generate(() -> {
                    int[] values = values(random);
                    int[] others = values.clone();
                    others[choice] = random.nextInt(sizes.get(choice));
                    return new Contrast(asked.apply(values), asked.apply(others));
                })
                .limit(TRIES)
                .filter(contrast -> !contrast.clean.answer.equals(contrast.corrupted.answer))
                .findFirst();
    }
}
