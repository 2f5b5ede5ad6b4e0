package io.heed.predict;

import io.heed.checkpoint.LanguageModel;
import io.heed.model.KeyValueCache;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads texts that grow, and reads nothing twice that it can remember.
 *
 * <p>Whoever asks gives the texts whole each time; what they have in common with those before is in a {@link KeyValueCache}. A text
 * longer than the context is read through a window at its end. As the text grows, the window slides by an eighth of the context at a
 * time: what is left has to be read again then, since its positions are new.
 */
final class CachedReader implements AutoCloseable {

    private final LanguageModel model;
    private final int context;
    private List<long[]> sources;
    private @Nullable KeyValueCache cache;
    private long[][] held = {}; // of each row, the tokens of its window that are in the cache
    private int[] starts = {}; // where that window begins in its text

    CachedReader(LanguageModel model) {
        this(model, List.of());
    }

    /**
     * Creates a reader of translations.
     *
     * @param sources what each of the texts to come translates; none where they translate nothing
     */
    CachedReader(LanguageModel model, List<long[]> sources) {
        this.model = model;
        this.sources = sources;
        context = model.context();
    }

    /**
     * Says what comes next in each text.
     *
     * @param texts at least one, at least one token each
     * @return the logits (rows, V)
     */
    float[][] read(List<long[]> texts) {
        int rows = texts.size();
        int[] from = new int[rows];
        long[][] windows = new long[rows][];
        for (int row = 0; row < rows; row++) {
            long[] text = texts.get(row);
            from[row] = rows == held.length ? slide(row, text) : fresh(text);
            windows[row] = Arrays.copyOfRange(text, from[row], text.length);
        }
        KeyValueCache memory = cache;
        if (memory == null || !Arrays.equals(from, starts) || !rewind(memory, windows)) {
            memory = empty(windows);
        }
        int[] padding = memory.padding();
        long[][] unread = new long[rows][];
        for (int row = 0; row < rows; row++) { // in a new cache, the padding is read as token 0
            long[] padded = new long[padding[row] + windows[row].length];
            System.arraycopy(windows[row], 0, padded, padding[row], windows[row].length);
            unread[row] = Arrays.copyOfRange(padded, memory.length(), padded.length);
        }
        starts = new int[0]; // where reading fails, what the cache holds is not known
        held = new long[0][];
        float[][] logits = model.readOn(unread, memory);
        held = windows;
        starts = from;
        return logits;
    }

    private int fresh(long[] text) {
        return Math.max(0, text.length - context);
    }

    /** Where the window of a row begins that may have grown. */
    private int slide(int row, long[] text) {
        int start = starts[row];
        boolean grown = start + held[row].length <= text.length && common(held[row], text, start) == held[row].length;
        if (!grown) {
            return fresh(text);
        }
        return text.length - start <= context ? start : text.length - context + context / 8;
    }

    /** Takes the memory back to what it has in common with some texts; false where it cannot be used. */
    private boolean rewind(KeyValueCache memory, long[][] windows) {
        int dropped = -1;
        int added = -1;
        for (int row = 0; row < windows.length; row++) {
            int common = Math.min(common(held[row], windows[row], 0), windows[row].length - 1);
            int less = held[row].length - common;
            int more = windows[row].length - common;
            if (row > 0 && (less != dropped || more != added)) {
                return false;
            }
            dropped = less;
            added = more;
        }
        if (memory.length() - dropped + added > context) {
            return false;
        }
        memory.truncate(memory.length() - dropped);
        return true;
    }

    /** The number of first tokens that a window has in common with a text from a place on. */
    private static int common(long[] window, long[] text, int start) {
        int end = Math.min(text.length, start + window.length);
        int mismatch = Arrays.mismatch(window, 0, end - start, text, start, end);
        return mismatch < 0 ? end - start : mismatch;
    }

    private KeyValueCache empty(long[][] windows) {
        close();
        int longest =
                Arrays.stream(windows).mapToInt(window -> window.length).max().orElseThrow();
        int[] padding = Arrays.stream(windows)
                .mapToInt(window -> longest - window.length)
                .toArray();
        KeyValueCache memory = sources.isEmpty() ? model.newCache(padding) : model.newCache(sources, padding);
        cache = memory;
        return memory;
    }

    /** Goes on with some of the rows, in another order or several times. */
    void select(int... rows) {
        if (!sources.isEmpty()) {
            List<long[]> all = sources;
            sources = IntStream.of(rows).mapToObj(all::get).toList();
        }
        if (cache != null) {
            KeyValueCache selected = cache.select(rows);
            cache.close();
            cache = selected;
            held = IntStream.of(rows).mapToObj(row -> held[row]).toArray(long[][]::new);
            starts = IntStream.of(rows).map(row -> starts[row]).toArray();
        }
    }

    @Override
    public void close() {
        if (cache != null) {
            cache.close();
            cache = null;
        }
    }
}
