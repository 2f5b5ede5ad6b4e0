package io.heed.predict;

import io.heed.checkpoint.LanguageModel;
import io.heed.model.KeyValueCache;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads several growing texts together: tokens are appended, and a {@link KeyValueCache} spares reading them twice.
 *
 * <p>A text longer than the context is read through a window at its end. As the text grows, the window slides by an eighth of the
 * context at a time; the rest of the window must then be read again, since its positions have changed.
 */
final class RowReader implements AutoCloseable {

    private final LanguageModel model;
    private List<long[]> sources;
    private List<Row> rows;
    private @Nullable KeyValueCache cache;

    /**
     * Creates a reader of texts.
     *
     * @param texts at least one token each
     */
    RowReader(LanguageModel model, List<long[]> texts) {
        this(model, List.of(), texts);
    }

    /**
     * Creates a reader of translations.
     *
     * @param sources the source of each text; empty if the texts translate nothing
     */
    RowReader(LanguageModel model, List<long[]> sources, List<long[]> texts) {
        this.model = model;
        this.sources = sources;
        rows = texts.stream().map(text -> new Row(text, model.context())).toList();
    }

    /** The window of each text. */
    List<Row> rows() {
        return rows;
    }

    /** Adds a token to a text. */
    void append(int row, long id) {
        rows.get(row).append(id);
    }

    /**
     * Reads what is new in each text, or its last token again if nothing is, and predicts the next token.
     *
     * @return the logits (rows, V)
     */
    float[][] next() {
        boolean slid = false;
        for (Row row : rows) {
            slid |= row.slide();
            row.setRead(Math.min(row.read(), row.length() - 1));
        }
        KeyValueCache memory = slid ? null : reusable();
        int[] padding = new int[rows.size()]; // read as token 0
        if (memory == null) {
            memory = empty();
            padding = memory.padding();
        }
        long[][] unread = new long[rows.size()][];
        for (int row = 0; row < unread.length; row++) {
            unread[row] = rows.get(row).unread(padding[row]);
            rows.get(row).setRead(0); // if reading fails, the cache's content is unknown
        }
        float[][] logits = model.readOn(unread, memory);
        rows.forEach(row -> row.setRead(row.length()));
        return logits;
    }

    /** The cache, cut to what was read of all texts; null if their unread parts cannot follow it. */
    private @Nullable KeyValueCache reusable() {
        if (cache == null) {
            return null;
        }
        int[] padding = cache.padding();
        int kept = padding[0] + rows.get(0).read();
        int unread = rows.get(0).length() - rows.get(0).read();
        for (int i = 1; i < padding.length; i++) {
            Row row = rows.get(i);
            if (padding[i] + row.read() != kept || row.length() - row.read() != unread) {
                return null;
            }
        }
        if (kept + unread > model.context()) {
            return null;
        }
        cache.truncate(kept);
        return cache;
    }

    private KeyValueCache empty() {
        close();
        rows.forEach(row -> row.setRead(0));
        int longest = rows.stream().mapToInt(Row::length).max().orElseThrow();
        int[] padding = rows.stream().mapToInt(row -> longest - row.length()).toArray();
        KeyValueCache memory = sources.isEmpty() ? model.newCache(padding) : model.newCache(sources, padding);
        cache = memory;
        return memory;
    }

    /** Continues with some of the texts, in any order, each any number of times. */
    void select(int... chosen) {
        if (Arrays.equals(chosen, IntStream.range(0, rows.size()).toArray())) {
            return;
        }
        if (!sources.isEmpty()) {
            sources = IntStream.of(chosen).mapToObj(sources::get).toList();
        }
        rows = IntStream.of(chosen).mapToObj(row -> new Row(rows.get(row))).toList();
        if (cache != null) {
            KeyValueCache selected = cache.select(chosen);
            cache.close();
            cache = selected;
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
