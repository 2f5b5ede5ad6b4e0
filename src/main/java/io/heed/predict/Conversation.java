package io.heed.predict;

import io.heed.checkpoint.LanguageModel;
import io.heed.model.Distribution;
import java.util.List;

/**
 * One text that somebody goes on writing: each time only what is new since the last time is read. For one thread at a time.
 */
public final class Conversation implements AutoCloseable {

    private final LanguageModel model;
    private RowReader reader;

    /** Begins a conversation with a model, which stays the caller's to close. */
    public Conversation(LanguageModel model) {
        this.model = model;
        reader = new RowReader(model, List.of());
    }

    /**
     * Returns what may come next.
     *
     * @param ids the whole text so far, at least one token; of more than the context, the last are read, through the window that {@link
     *     Generation} tells of
     * @param count how many of the likeliest to return
     */
    public NextWords next(long[] ids, int count) {
        return NextWords.of(new Distribution(read(ids)), count, model.tokenizer());
    }

    /**
     * Begins to continue the text. What is written need not be kept: the next text is compared with what was read, whatever it is.
     *
     * @param ids the whole text so far, at least one token
     */
    public Generation generate(long[] ids, GenerationSettings settings) {
        RowReader reading = at(ids);
        reading.select(new int[settings.continuations()]);
        return new Generation(model, reading, List.of(model.encoded(ids)), settings);
    }

    /** The logits after a text (V). */
    float[] read(long[] text) {
        return at(text).next()[0];
    }

    /** The reader, brought to a text: where that begins with what was read, or has the same window, the rest alone is new. */
    private RowReader at(long[] text) {
        List<Row> rows = reader.rows();
        if (rows.size() == 1 && rows.get(0).read() > 0) {
            Row row = rows.get(0);
            int common = row.common(text);
            if (common == row.read() || row.start() == Math.max(0, text.length - model.context())) {
                row.replace(common, text);
                return reader;
            }
        }
        reader.close();
        reader = new RowReader(model, List.of(text));
        return reader;
    }

    @Override
    public void close() {
        reader.close();
    }
}
