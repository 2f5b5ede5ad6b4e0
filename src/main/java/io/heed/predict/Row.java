package io.heed.predict;

import java.util.Arrays;

/** The window at the end of a growing text that a model reads at once, and how much of it a cache holds. */
final class Row {

    private final int context;
    private int start; // where the window starts in the text
    private long[] ids; // the text from there on, in the first `length` places
    private int length;
    private int read; // how many of the first the cache holds

    /**
     * Creates the window at the end of a text.
     *
     * @param context the largest number of tokens of the window
     */
    Row(long[] text, int context) {
        this.context = context;
        start = Math.max(0, text.length - context);
        ids = Arrays.copyOfRange(text, start, text.length);
        length = ids.length;
    }

    /** Copies another row. */
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

    /** Slides the window by an eighth of the context if it is longer than the context; returns whether it was. */
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

    /** The tokens that have not been read, after the given number of zeros. */
    long[] unread(int zeros) {
        long[] unread = new long[zeros + length - read];
        System.arraycopy(ids, read, unread, zeros, length - read);
        return unread;
    }

    /** The length of the common prefix of the tokens read and another text's tokens at the same positions. */
    int common(long[] text) {
        int end = Math.min(text.length, start + read);
        if (end <= start) {
            return 0;
        }
        int mismatch = Arrays.mismatch(ids, 0, end - start, text, start, end);
        return mismatch < 0 ? end - start : mismatch;
    }

    /** Switches to another text that shares the first tokens of the window. */
    void replace(int common, long[] text) {
        length = common;
        read = Math.min(read, common);
        for (int i = start + common; i < text.length; i++) {
            append(text[i]);
        }
    }
}
