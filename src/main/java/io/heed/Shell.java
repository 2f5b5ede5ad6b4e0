package io.heed;

import java.util.List;
import java.util.stream.Collectors;

/** Command lines to be copied into a shell. */
public final class Shell {

    private Shell() {}

    /** Returns words as one line, those in quotes that a shell would read otherwise. */
    public static String line(List<String> words) {
        return words.stream().map(Shell::word).collect(Collectors.joining(" "));
    }

    private static String word(String word) {
        return word.matches("[\\p{L}\\p{N}_@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
