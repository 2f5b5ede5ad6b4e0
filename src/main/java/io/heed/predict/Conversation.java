package io.heed.predict;

import io.heed.checkpoint.LanguageModel;
import io.heed.model.Distribution;
import java.util.List;

/**
 * One text that somebody goes on writing: each time only what is new since the last time is read. For one thread at a time.
 */
public final class Conversation implements AutoCloseable {

    private final LanguageModel model;
    private final CachedReader reader;

    /** Begins a conversation with a model, which stays the caller's to close. */
    public Conversation(LanguageModel model) {
        this.model = model;
        reader = new CachedReader(model);
    }

    /**
     * Returns what may come next.
     *
     * @param ids the whole text so far, at least one token; of more than the context, the last are read, through the window that {@link
     *     Generation} tells of
     * @param count how many of the likeliest to return
     */
    public NextWords next(long[] ids, int count) {
        return NextWords.of(new Distribution(reader.read(List.of(ids))[0]), count, model.tokenizer());
    }

    /**
     * Begins to continue the text. What is written need not be kept: the next text is compared with what was read, whatever it is.
     *
     * @param ids the whole text so far, at least one token
     */
    public Generation generate(long[] ids, GenerationSettings settings) {
        return new Generation(model, reader, List.of(model.encoded(ids)), settings);
    }

    @Override
    public void close() {
        reader.close();
    }
}
