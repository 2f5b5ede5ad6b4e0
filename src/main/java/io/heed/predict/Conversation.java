package io.heed.predict;

import io.heed.checkpoint.LanguageModel;
import io.heed.model.Distribution;
import java.util.List;

/**
 * One text that somebody keeps writing: each call reads only what is new since the last. For one thread at a time.
 */
public final class Conversation implements AutoCloseable {

    private final LanguageModel model;
    private RowReader reader;

    /** Starts a conversation with a model, which the caller closes. */
    public Conversation(LanguageModel model) {
        this.model = model;
        reader = new RowReader(model, List.of());
    }

    /**
     * Returns the likeliest next tokens.
     *
     * @param ids the whole text so far, at least one token; if it is longer than the context, its end is read, through the window that
     *     {@link Generation} describes
     * @param count how many of the likeliest to return
     */
    public NextWords next(long[] ids, int count) {
        return NextWords.of(new Distribution(read(ids)), count, model.tokenizer());
    }

    /**
     * Starts to continue the text. The next text need not contain what was written: any text is compared with what was read.
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

    /** The reader, updated to a text: only the part after what the two have in common is read again. */
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
