package io.heed.predict;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A part of a text that a model reads at once. It scores the tokens that no earlier window scores.
 *
 * @param ids tokens of the text, including the window's
 * @param offset the position in the text of the first of {@code ids}
 * @param start the index in {@code ids} of the window's first token
 * @param first the index of the first token that is scored, after {@code start}
 * @param last the index of the last token that is scored, which need not be read
 */
public record Window(long[] ids, long offset, int start, int first, int last) {

    /** The number of tokens that are read. */
    int length() {
        return last - start;
    }

    /**
     * Cuts a text of any length into windows that score each token but the first once.
     *
     * @param context the most tokens of a window
     * @param stride the distance between windows, from 1 to the context: each token past the first window has at least {@code context -
     *     stride + 1} before it
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
        private long[] held = {}; // the tokens from the start of the next window on
        private long offset; // the position of that start in the text
        private int first = 1; // the first held token that is not scored yet

        public Cutter(int context, int stride) {
            this.context = context;
            this.stride = stride;
        }

        /** Adds a piece and returns the windows that it fills. */
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

        /** Returns the window of the rest at the end of the text, if any. */
        public List<Window> end() {
            return first < held.length ? List.of(new Window(held, offset, 0, first, held.length - 1)) : List.of();
        }
    }
}
