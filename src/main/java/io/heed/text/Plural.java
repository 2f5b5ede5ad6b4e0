package io.heed.text;

import java.util.Locale;

/** Counts with their nouns, in the singular or the plural. */
public final class Plural {

    private Plural() {}

    /** Returns a count with a noun whose plural ends in s: {@code 1 token}, {@code 1,234 tokens}. */
    public static String of(long count, String noun) {
        return of(count, noun, noun + "s");
    }

    /** Returns a count as {@link #of(long, String)} does, but without separators, as of steps, which such numbers also name. */
    public static String plain(long count, String noun) {
        return count + " " + noun(count, noun);
    }

    /** Returns the noun alone, for a count that stands elsewhere or is written otherwise: {@code token} of 1, {@code tokens} of 1234. */
    static String noun(long count, String noun) {
        return count == 1 ? noun : noun + "s";
    }

    /** Returns a count with words for one and for several: {@code 1 text is}, {@code 2 texts are}. */
    public static String of(long count, String one, String several) {
        return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? one : several);
    }
}
