package io.heed.predict;

import io.heed.checkpoint.LanguageModel;
import io.heed.model.Distribution;
import io.heed.text.tokenizer.Tokenizer;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The tokens that a model may write. Probabilities are over all rows of its output matrix; a row without a token, or with a mark that
 * does not end a text, has a probability but is never written.
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

    /** The tokens that may follow a text: any but marks, or its end. */
    static WritableTokens after(LanguageModel model) {
        return new WritableTokens(model, model.tokenizer().sentenceMarks().ends());
    }

    /** The tokens that may be inside a text. */
    static WritableTokens within(LanguageModel model) {
        return new WritableTokens(model, Set.of());
    }

    /** Whether a token ends the text. */
    boolean ends(int id) {
        return ends.contains(id);
    }

    /**
     * Sets the logits of tokens that may not be written to minus infinity. A {@link Distribution} created before stays
     * correct for the other tokens.
     *
     * @param logits (V), changed in place
     * @return {@code logits}
     */
    float[] mask(float[] logits) {
        for (int id : never) {
            logits[id] = Float.NEGATIVE_INFINITY;
        }
        return logits;
    }
}
