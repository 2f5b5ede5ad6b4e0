package io.heed.predict;

import java.util.Arrays;

/** The end of a text that grows, as far as a model reads it at once: a window, and how much of it a cache holds. */
final class Row {

    private final int context;
    private int start; // where the window begins in the text
    private long[] ids; // from there on
    private int length; // so many of them
    private int read; // the first of those, which the cache holds

    /**
     * Takes the end of a text.
     *
     * @param context the largest number of tokens of the window
     */
    Row(long[] text, int context) {
        this.context = context;
        start = Math.max(0, text.length - context);
        ids = Arrays.copyOfRange(text, start, text.length);
        length = ids.length;
    }

    /** Copies another. */
    Row(Row other) {
        context = other.context;
        start = other.start;
        ids = other.ids.clone();
        length = other.length;
        read = other.read;
    }

    void append(long id) {
        if (length == ids.length) {
            ids = Arrays.copyOf(ids, 2 * length + 1);
        }
        ids[length++] = id;
    }

    /** Slides the window by an eighth of the context where it has become too long; whether it had. */
    boolean slide() {
        if (length <= context) {
            return false;
        }
        int dropped = length - context + context / 8;
        start += dropped;
        length -= dropped;
        System.arraycopy(ids, dropped, ids, 0, length);
        return true;
    }

    int start() {
        return start;
    }

    int length() {
        return length;
    }

    int read() {
        return read;
    }

    void setRead(int count) {
        read = count;
    }

    /** The tokens that have not been read, behind as many zeros as asked for. */
    long[] unread(int zeros) {
        long[] unread = new long[zeros + length - read];
        System.arraycopy(ids, read, unread, zeros, length - read);
        return unread;
    }

    /** How many of the first tokens that were read another text has at the same places. */
    int common(long[] text) {
        int end = Math.min(text.length, start + read);
        if (end <= start) {
            return 0;
        }
        int mismatch = Arrays.mismatch(ids, 0, end - start, text, start, end);
        return mismatch < 0 ? end - start : mismatch;
    }

    /** Goes on with another text behind the first tokens of the window, which it has in common with this one. */
    void replace(int common, long[] text) {
        length = common;
        read = Math.min(read, common);
        for (int i = start + common; i < text.length; i++) {
            append(text[i]);
        }
    }
}
