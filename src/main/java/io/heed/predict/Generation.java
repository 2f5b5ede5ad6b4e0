package io.heed.predict;

import io.heed.checkpoint.LanguageModel;
import io.heed.text.tokenizer.Encoded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Continues several texts together, one token of each at a time. Marks other than the end of a text are never written, nor are rows of
 * the model that stand for no token.
 *
 * <p>The continuation of a text depends only on that text and the settings, not on the other texts.
 *
 * <p>Once a text is longer than the context, its end is read through a window, which slides by an eighth of the context at a time: each
 * token sees at least seven eighths of a context.
 */
public final class Generation implements AutoCloseable {

    /** Hears what is written. */
    @FunctionalInterface
    public interface Listener {

        /**
         * A token was written.
         *
         * @param row the index of the continuation: those of the first text come first
         * @param piece the text that has become certain; may be empty, or more than this token's
         */
        void written(int row, String piece, GeneratedToken token);
    }

    private final List<Continuation> continuations = new ArrayList<>();
    private final RowReader reader;
    private int[] live; // the rows that are not done, in the reader's order

    /**
     * Starts a generation.
     *
     * @param model the model, which the caller closes
     * @param prompts at least one, as the model's tokenizer encodes them
     */
    public Generation(LanguageModel model, List<Encoded> prompts, GenerationSettings settings) {
        this(model, new RowReader(model, texts(prompts, settings.continuations())), prompts, settings);
    }

    /** Starts with a reader of the texts, each repeated once per continuation. */
    Generation(LanguageModel model, RowReader reader, List<Encoded> prompts, GenerationSettings settings) {
        this.reader = reader;
        WritableTokens writable = WritableTokens.after(model);
        for (Encoded prompt : prompts) {
            for (int number = 0; number < settings.continuations(); number++) {
                Sampling sampling =
                        number == 0 ? settings.sampling() : settings.sampling().ofContinuation(number);
                continuations.add(new Continuation(model.tokenizer(), writable, prompt, sampling, settings));
            }
        }
        live = unfinished();
    }

    private static List<long[]> texts(List<Encoded> prompts, int continuations) {
        return prompts.stream()
                .flatMap(prompt -> Collections.nCopies(continuations, prompt.ids()).stream())
                .toList();
    }

    private int[] unfinished() {
        return IntStream.range(0, continuations.size())
                .filter(row -> !continuations.get(row).isDone())
                .toArray();
    }

    /** Whether every continuation has ended. */
    public boolean isDone() {
        return live.length == 0;
    }

    /** Writes the next token of every continuation that has not ended. */
    public void step(Listener listener) {
        float[][] logits = reader.next();
        int[] going = new int[live.length];
        int count = 0;
        for (int i = 0; i < live.length; i++) {
            if (write(live[i], logits[i], listener)) {
                going[count++] = i;
            }
        }
        if (count < live.length) {
            goOnWith(Arrays.copyOf(going, count));
        }
        for (int i = 0; i < live.length; i++) {
            reader.append(i, continuations.get(live[i]).lastToken().id());
        }
    }

    private void goOnWith(int... going) {
        if (going.length > 0) {
            reader.select(going);
        }
        live = IntStream.of(going).map(i -> live[i]).toArray();
    }

    /** Writes one token; returns whether there can be more. */
    private boolean write(int row, float[] logits, Listener listener) {
        Continuation continuation = continuations.get(row);
        String piece = continuation.write(logits);
        listener.written(row, piece, continuation.lastToken());
        return !continuation.isDone();
    }

    /** Writes to the end. */
    public List<Generated> run(Listener listener) {
        while (!isDone()) {
            step(listener);
        }
        return results();
    }

    /** Everything written so far, all continuations of the first text first. */
    public List<Generated> results() {
        return continuations.stream().map(Continuation::result).toList();
    }

    @Override
    public void close() {
        reader.close();
    }
}
