package io.heed.text;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The distance between two words, in typing mistakes. */
public final class EditDistance {

    private EditDistance() {}

    /**
     * Returns the name that was most likely meant by a word: the closest that starts with it or differs in at most a third; of several,
     * one with the same first letter.
     */
    public static Optional<String> closest(String word, Collection<String> names) {
        return names.stream()
                .filter(name -> completed(word, name) <= (word.replace("-", "").length() + 1) / 3)
                .min(Comparator.<String>comparingInt(name -> completed(word, name))
                        .thenComparing(name -> !name.regionMatches(0, word, 0, 1))
                        .thenComparing(String::length));
    }

    /** The distance, where all that a word lacks at its end counts as one mistake. */
    private static int completed(String word, String name) {
        int distance = between(word, name);
        return name.startsWith(word) ? Math.min(1, distance) : distance;
    }

    /**
     * Returns the least number of UTF-16 units to insert, delete, change or swap with a neighbour to turn one word into the other
     * (optimal string alignment, after Damerau 1964).
     */
    public static int between(String one, String other) {
        int[] two = new int[other.length() + 1]; // the row before the last
        int[] last = new int[other.length() + 1];
        Arrays.setAll(last, j -> j);
        for (int i = 1; i <= one.length(); i++) {
            int[] row = new int[other.length() + 1];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int changed = last[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(changed, 1 + Math.min(last[j], row[j - 1]));
                if (i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1)) {
                    row[j] = Math.min(row[j], 1 + two[j - 2]);
                }
            }
            two = last;
            last = row;
        }
        return last[other.length()];
    }
}
