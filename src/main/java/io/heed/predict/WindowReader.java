package io.heed.predict;

import io.heed.checkpoint.LanguageModel;
import io.heed.model.PassTraces;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads windows and measures how well the model predicts each of their tokens. Thread-safe. */
public final class WindowReader {

    /** About the most logits in memory at once. */
    private static final long MOST_LOGITS = 1L << 22;

    /** About the most numbers of the residual stream in memory at once. */
    private static final long MOST_RESIDUALS = 1L << 18;

    /** About the most attention weights in memory at once, if all steps are computed by themselves. */
    private static final long MOST_WEIGHTS = 1L << 25;

    /** About the most numbers in memory at once of a residual stream for each head, if each reads another. */
    private static final long MOST_STREAMS = 1L << 20;

    private final LanguageModel model;
    private final @Nullable PassTraces traces;
    private final long positions;

    public WindowReader(LanguageModel model) {
        this(model, null);
    }

    /** @param traces what to change in each pass; null for nothing */
    public WindowReader(LanguageModel model, @Nullable PassTraces traces) {
        this.model = model;
        this.traces = traces;
        var config = model.transformer().config();
        long most = Math.min(MOST_LOGITS / config.vocabulary(), MOST_RESIDUALS / config.width());
        long weights = (long) config.layers() * config.heads() * config.context(); // of one position
        long streams = (long) config.heads() * config.width();
        positions = traces == null ? most : Math.min(most, Math.min(MOST_WEIGHTS / weights, MOST_STREAMS / streams));
    }

    /** Hears the score of each token. */
    public interface Listener {

        /**
         * A token was scored.
         *
         * @param window the window that scores it
         * @param before how many of the window's tokens come before it
         * @param log ln P(token | the window before it), in nats
         * @param rank 1 if it was the likeliest of the vocabulary, 2 for the next
         * @param highest ln P of the likeliest token
         */
        void token(Window window, int before, double log, int rank, double highest);
    }

    /** Groups windows of similar length to be read together, within the limits on memory. */
    public List<List<Window>> batches(List<Window> windows) {
        List<Window> sorted = new ArrayList<>(windows);
        sorted.sort(Comparator.comparingInt(Window::length));
        List<List<Window>> batches = new ArrayList<>();
        int from = 0;
        for (int to = 1; to <= sorted.size(); to++) {
            boolean full = to == sorted.size()
                    || (long) (to + 1 - from) * sorted.get(to).length() > positions;
            if (full) {
                batches.add(sorted.subList(from, to));
                from = to;
            }
        }
        return batches;
    }

    /** Reads a batch, its shorter windows padded at the end, where no earlier token sees the padding. */
    public void read(List<Window> batch, Listener listener) {
        int rows = batch.size();
        int columns = batch.get(rows - 1).length();
        long[][] ids = new long[rows][];
        long[][] targets = new long[rows][];
        int[] lengths = new int[rows];
        int from = columns;
        for (int row = 0; row < rows; row++) {
            Window window = batch.get(row);
            lengths[row] = window.length();
            ids[row] = Arrays.copyOf(Arrays.copyOfRange(window.ids(), window.start(), window.last()), columns);
            targets[row] =
                    Arrays.copyOf(Arrays.copyOfRange(window.ids(), window.start() + 1, window.last() + 1), columns);
            from = Math.min(from, window.first() - 1 - window.start());
        }
        int count = rows * (columns - from);
        float[] found = traces == null
                ? model.assess(ids, targets, from)
                : model.assess(ids, targets, from, traces.of(lengths)); // (3,B,T-from)
        for (int row = 0; row < rows; row++) {
            Window window = batch.get(row);
            int at = row * (columns - from) - from;
            for (int before = window.first() - window.start(); before <= window.length(); before++) {
                int token = at + before - 1;
                listener.token(window, before, found[token], (int) found[count + token], found[2 * count + token]);
            }
        }
    }
}
