package io.heed.text.tokenizer;

import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * Turns tokens that are written one after the other behind a text into text. A token's text depends on the tokens before it: whether a
 * blank stands between two words, whether bytes make a character. So it is what a few tokens give together with it, less what they give
 * alone.
 */
public final class Detokenizer {

    /** What a tokenizer gives for bytes that are no whole character. */
    private static final char HALF_A_CHARACTER = '\ufffd';

    /** The tokens of a text that are put into text with the first new ones. */
    private static final int OVERLAP = 4;

    /** The bytes, and so the tokens at most, of a character that is not yet whole. */
    private static final int LONGEST_HALF = 3;

    private final Tokenizer tokenizer;
    private long[] window; // tokens whose text has been taken, and those whose text has not
    private int taken;
    private boolean spaced; // white space stands there already for the blank that may come next

    /**
     * Begins behind a text.
     *
     * @param text its tokens
     */
    public Detokenizer(Tokenizer tokenizer, long[] text) {
        this.tokenizer = tokenizer;
        window = end(text);
        taken = window.length;
    }

    /** Begins behind a text, whose last white space takes the place of a blank that would stand between two words. */
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

    /** What the last tokens spell whose text has been taken. */
    String before() {
        return tokenizer.decodeAll(Arrays.copyOf(window, taken));
    }

    /**
     * The last tokens, and as many before them as it takes to begin with one that stands for a part of the text. A word that the vocabulary
     * does not have is such a part; the mark where a sentence starts is none.
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
     * @return the text that is certain now: no half of a character
     */
    public String add(long... ids) {
        LongStream spelled =
                Arrays.stream(ids).filter(id -> !tokenizer.vocabulary().marks().contains((int) id));
        window = LongStream.concat(Arrays.stream(window), spelled).toArray();
        String whole = tokenizer.decodeAll(window);
        if (!endsInHalf(whole)) {
            return take(window.length, whole);
        }
        int settled = window.length - LONGEST_HALF;
        String before = settled > taken ? tokenizer.decodeAll(Arrays.copyOf(window, settled)) : "";
        return settled > taken && whole.startsWith(before) ? take(settled, before) : "";
    }

    /** The text of what was added that is not yet certain, as it is. */
    public String rest() {
        return take(window.length, tokenizer.decodeAll(window));
    }

    private static boolean endsInHalf(String text) {
        return !text.isEmpty() && text.charAt(text.length() - 1) == HALF_A_CHARACTER;
    }

    /** The text of the tokens up to one of the window, as far as it has not been taken. */
    private String take(int to, String whole) {
        String known = before();
        int same = 0;
        while (same < Math.min(known.length(), whole.length()) && known.charAt(same) == whole.charAt(same)) {
            same++;
        }
        if (to > taken) { // the tokens taken last are what the next ones depend on
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
