package io.heed.predict;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A part of a text that a model reads at once, to be scored on the tokens that no window before scores.
 *
 * @param ids tokens of the text, the window's among them
 * @param offset where in the text the first of {@code ids} stands
 * @param start its first token, by its place in {@code ids}, as the others are
 * @param first the first token that is scored, after {@code start}
 * @param last the last token that is scored, which need not be read
 */
public record Window(long[] ids, long offset, int start, int first, int last) {

    /** The number of tokens that are read. */
    int length() {
        return last - start;
    }

    /**
     * Cuts a text, of whatever length, into windows that score each token but the first once.
     *
     * @param context the largest number of tokens of a window
     * @param stride how far each window stands behind the one before, from 1 to the context: each token past the first window has at
     *     least {@code context - stride + 1} before it
     */
    public static List<Window> of(long[] ids, int context, int stride) {
        Cutter cutter = new Cutter(context, stride);
        List<Window> windows = new ArrayList<>(cutter.add(ids));
        windows.addAll(cutter.end());
        return windows;
    }

    /** Cuts a text that comes in pieces. */
    public static final class Cutter {

        private final int context;
        private final int stride;
        private long[] held = {}; // from the start of the next window on
        private long offset; // where in the text that stands
        private int first = 1; // the first token held that is not scored yet

        public Cutter(int context, int stride) {
            this.context = context;
            this.stride = stride;
        }

        /** Takes a piece in, and returns the windows that it fills. */
        public List<Window> add(long[] piece) {
            long[] ids = Arrays.copyOf(held, held.length + piece.length);
            System.arraycopy(piece, 0, ids, held.length, piece.length);
            List<Window> windows = new ArrayList<>();
            int start = 0;
            for (; start + context < ids.length; start += stride) {
                windows.add(new Window(ids, offset, start, first, start + context));
                first = start + context + 1;
            }
            held = Arrays.copyOfRange(ids, start, ids.length);
            offset += start;
            first -= start;
            return windows;
        }

        /** Returns the window of what is left at the end of the text, if anything is. */
        public List<Window> end() {
            return first < held.length ? List.of(new Window(held, offset, 0, first, held.length - 1)) : List.of();
        }
    }
}
