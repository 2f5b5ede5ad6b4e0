package io.heed.text;

/**
 * Finds line ends: LF, CR LF or CR, as {@link String#lines} and {@link java.io.BufferedReader#readLine} do. Unicode's other line breaks
 * (VT, FF, NEL, LS, PS) are white space within a line.
 */
public final class LineEnds {

    /** What follows the last byte or char of a text. */
    static final int NOTHING = -1;

    private LineEnds() {}

    /** Hears where each line and its line end start. */
    public interface Line {
        void of(int from, int to);
    }

    /**
     * Whether a line ends between two neighbours; never within a CR LF.
     *
     * @param before a byte of UTF-8, or a char
     * @param after the next one, or {@link #NOTHING}
     */
    static boolean between(int before, int after) {
        return before == '\n' || (before == '\r' && after != '\n');
    }

    /**
     * Returns the first position after a given one at which a line has ended.
     *
     * @return -1 if no line ends after that position
     */
    public static int after(byte[] text, int place) {
        for (int at = place + 1; at <= text.length; at++) {
            if (between(text[at - 1], at < text.length ? text[at] : NOTHING)) {
                return at;
            }
        }
        return -1;
    }

    /** Visits the lines of a text. */
    public static void each(byte[] text, Line told) {
        int from = 0;
        while (from < text.length) {
            int next = after(text, from);
            int end = next < 0 ? text.length : next - 1;
            boolean both = next > from + 1 && text[next - 1] == '\n' && text[next - 2] == '\r';
            told.of(from, both ? end - 1 : end);
            from = next < 0 ? text.length : next;
        }
    }
}
