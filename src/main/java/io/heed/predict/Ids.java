package io.heed.predict;

import io.heed.text.Tokenizer;
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

    /**
     * Logits by which no mark can be written.
     *
     * @param logits (V), which stay as they are
     * @param end the one mark that may be, or -1
     */
    static float[] withoutMarks(float[] logits, Tokenizer tokenizer, int end) {
        float[] allowed = logits.clone();
        for (int mark : tokenizer.marks()) {
            if (mark != end) {
                allowed[mark] = Float.NEGATIVE_INFINITY;
            }
        }
        return allowed;
    }
}
