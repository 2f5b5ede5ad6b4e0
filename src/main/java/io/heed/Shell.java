package io.heed;

import java.util.List;
import java.util.stream.Collectors;

/** Formats command lines for copying into a shell. */
public final class Shell {

    private Shell() {}

    /** Joins words into one line, quoting those that a shell would interpret. */
    public static String line(List<String> words) {
        return words.stream().map(Shell::word).collect(Collectors.joining(" "));
    }

    private static String word(String word) {
        return word.matches("[\\p{L}\\p{N}_@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
