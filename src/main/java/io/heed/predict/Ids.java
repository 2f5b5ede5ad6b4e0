package io.heed.predict;

import java.util.Arrays;

/** What everything that writes tokens does with them. */
final class Ids {

    private Ids() {}

    /** A text and one token more. */
    static long[] append(long[] text, long id) {
        long[] longer = Arrays.copyOf(text, text.length + 1);
        longer[text.length] = id;
        return longer;
    }
}
