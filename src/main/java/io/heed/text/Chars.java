package io.heed.text;

/**
 * Where a text's code points stand in it, in chars. Whoever asks for one after the other goes through the text once, and not once for
 * each.
 */
public final class Chars {

    private final String text;
    private int codePoint;
    private int index;
    private long passed;

    public Chars(String text) {
        this.text = text;
    }

    /**
     * The index of the char at which a code point begins.
     *
     * @param point the number of code points before it
     * @throws IndexOutOfBoundsException if the text has fewer
     */
    public int index(int point) {
        int distance = point - codePoint;
        passed += Math.abs(distance);
        index = text.offsetByCodePoints(index, distance);
        codePoint = point;
        return index;
    }

    /** How many code points were gone past, forward and back. */
    long passed() {
        return passed;
    }
}
