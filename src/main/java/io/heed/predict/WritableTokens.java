package io.heed.predict;

import io.heed.checkpoint.LanguageModel;
import io.heed.model.Distribution;
import io.heed.text.tokenizer.Tokenizer;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Which tokens a model may write. Probabilities are over all rows of its output matrix; a row without a token, or with a mark that does
 * not end a text, has its share, but is never written.
 */
final class WritableTokens {

    private final Set<Integer> ends;
    private final int[] never;

    private WritableTokens(LanguageModel model, Set<Integer> ends) {
        this.ends = ends;
        Tokenizer tokenizer = model.tokenizer();
        never = IntStream.range(0, model.transformer().config().vocabulary())
                .filter(id -> !tokenizer.vocabulary().hasToken(id)
                        || tokenizer.vocabulary().marks().contains(id))
                .filter(id -> !ends.contains(id))
                .toArray();
    }

    /** What may follow a text: more of it, or its end. */
    static WritableTokens after(LanguageModel model) {
        return new WritableTokens(model, model.tokenizer().sentenceMarks().ends());
    }

    /** What may stand within a text. */
    static WritableTokens within(LanguageModel model) {
        return new WritableTokens(model, Set.of());
    }

    /** Whether a token ends the text. */
    boolean ends(int id) {
        return ends.contains(id);
    }

    /**
     * Puts minus infinity in the place of logits of what may not be written. A {@link Distribution} of them still tells of what may.
     *
     * @param logits (V), changed in place
     * @return the same
     */
    float[] mask(float[] logits) {
        for (int id : never) {
            logits[id] = Float.NEGATIVE_INFINITY;
        }
        return logits;
    }
}
