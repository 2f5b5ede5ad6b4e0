package io.heed.text;

/**
 * Where a line ends: with LF, CR LF or CR, for which {@link String#lines} and {@link java.io.BufferedReader#readLine} have the same rule.
 * Whatever else Unicode breaks lines at (VT, FF, NEL, LS, PS) is white space within a line.
 */
public final class LineEnds {

    /** Stands for what follows the last byte or char of a text. */
    static final int NOTHING = -1;

    private LineEnds() {}

    /** Is told where each line begins and where its line end begins. */
    public interface Line {
        void of(int from, int to);
    }

    /**
     * Whether a line ends between two neighbours, never between the two of a CR LF.
     *
     * @param before a byte of UTF-8, or a char
     * @param after the one that follows it, or {@link #NOTHING}
     */
    static boolean between(int before, int after) {
        return before == '\n' || (before == '\r' && after != '\n');
    }

    /**
     * Returns the first place behind a given one at which a line ends and nothing or another begins.
     *
     * @return -1 where no line ends behind that place
     */
    public static int after(byte[] text, int place) {
        for (int at = place + 1; at <= text.length; at++) {
            if (between(text[at - 1], at < text.length ? text[at] : NOTHING)) {
                return at;
            }
        }
        return -1;
    }

    /** Goes through the lines of a text. */
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
