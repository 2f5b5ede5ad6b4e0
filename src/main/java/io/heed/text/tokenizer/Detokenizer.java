package io.heed.text.tokenizer;

import java.util.Arrays;

/**
 * Turns tokens that are appended to a text into text. A token's text depends on the tokens before it: whether there is a blank between
 * two words, whether bytes make a character. So it is the text of a few tokens together with the new one, minus the text of those few
 * alone.
 */
public final class Detokenizer {

    /** What a tokenizer returns for bytes that are not a whole character. */
    private static final char HALF_A_CHARACTER = '\ufffd';

    /** The number of a text's tokens that are decoded together with the first new ones. */
    private static final int OVERLAP = 4;

    /** The most bytes, and so the most tokens, of a character that is not yet complete. */
    private static final int LONGEST_HALF = 3;

    private final Tokenizer tokenizer;
    private long[] window; // tokens whose text has been returned, then those whose text has not
    private int taken;
    private boolean spaced; // the text already ends in white space, so the next blank is left out

    /**
     * Starts after a text.
     *
     * @param text its tokens
     */
    public Detokenizer(Tokenizer tokenizer, long[] text) {
        this.tokenizer = tokenizer;
        window = end(text);
        taken = window.length;
    }

    /** Starts after a text; white space at its end replaces the blank between two words. */
    public Detokenizer(Tokenizer tokenizer, Encoded text) {
        this(tokenizer, text.ids());
        spaced = text.endsInSpace();
    }

    /** The text that tokens add to a text. */
    public static String text(Tokenizer tokenizer, long[] before, long... added) {
        return new Detokenizer(tokenizer, before).all(added);
    }

    /** The text that tokens add to a text. */
    public static String text(Tokenizer tokenizer, Encoded before, long... added) {
        return new Detokenizer(tokenizer, before).all(added);
    }

    private String all(long... added) {
        return add(added) + rest();
    }

    /** The text of the last tokens whose text has been returned. */
    String before() {
        return tokenizer.decodeAll(Arrays.copyOf(window, taken));
    }

    /**
     * The last tokens, preceded by as many as it takes to start with one that stands for a part of the text. An unknown word is such a
     * part; the mark at the start of a sentence is not.
     */
    private long[] end(long[] text) {
        int from = Math.max(0, text.length - OVERLAP);
        while (from > 0 && !standsForText(text[from])) {
            from--;
        }
        while (from < text.length && !standsForText(text[from])) {
            from++;
        }
        return Arrays.copyOfRange(text, from, text.length);
    }

    private boolean standsForText(long id) {
        return id == tokenizer.vocabulary().unknown().orElse(-1)
                || !tokenizer.vocabulary().marks().contains((int) id);
    }

    /**
     * Adds tokens. Marks have no text.
     *
     * @return the text that has become certain: no half characters
     */
    public String add(long... ids) {
        int length = window.length;
        window = Arrays.copyOf(window, length + ids.length);
        for (long id : ids) {
            if (!tokenizer.vocabulary().marks().contains((int) id)) {
                window[length++] = id;
            }
        }
        window = Arrays.copyOf(window, length);
        String whole = tokenizer.decodeAll(window);
        if (!endsInHalf(whole)) {
            return take(window.length, whole);
        }
        int settled = window.length - LONGEST_HALF;
        String before = settled > taken ? tokenizer.decodeAll(Arrays.copyOf(window, settled)) : "";
        return settled > taken && whole.startsWith(before) ? take(settled, before) : "";
    }

    /** The text of added tokens that is not yet certain, as it is. */
    public String rest() {
        return take(window.length, tokenizer.decodeAll(window));
    }

    private static boolean endsInHalf(String text) {
        return !text.isEmpty() && text.charAt(text.length() - 1) == HALF_A_CHARACTER;
    }

    /** The text of the window's tokens up to an index that has not been returned. */
    private String take(int to, String whole) {
        String known = before();
        int same = 0;
        while (same < Math.min(known.length(), whole.length()) && known.charAt(same) == whole.charAt(same)) {
            same++;
        }
        if (to > taken) { // the next tokens depend on the last ones returned
            window = Arrays.copyOfRange(window, taken, window.length);
            taken = to - taken;
        }
        String text = whole.substring(same);
        if (text.isEmpty() || !spaced) {
            return text;
        }
        spaced = false;
        return text.charAt(0) == ' ' ? text.substring(1) : text;
    }
}
