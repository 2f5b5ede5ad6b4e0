package io.heed.text;

/**
 * Converts code point indices of a text to char indices. Queries in order walk through the text only once.
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
     * The index of the char at which a code point starts.
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

    /** The number of code points passed so far, forward and back. */
    long passed() {
        return passed;
    }
}
