package io.heed.predict;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.heed.checkpoint.LanguageModel;
import io.heed.predict.Score.ScoredToken;
import io.heed.text.Encoded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Says how well a model foresees each token of a text. May be used by several threads at once. */
public final class Scorer {

    private final LanguageModel model;

    /** Creates a scorer over a model, which stays the caller's to close. */
    public Scorer(LanguageModel model) {
        this.model = model;
    }

    /**
     * Scores a text of any length. One longer than the context is read through windows that overlap by half, so that each token past
     * the first window is foreseen from at least half a context.
     *
     * @param text at least one token, as the model's tokenizer cuts it
     */
    public Score score(Encoded text) {
        int length = text.length();
        Double[] logs = new Double[length];
        Integer[] ranks = new Integer[length];
        int context = model.context();
        int scored = 1; // the first token has nothing before it
        for (int start = 0; scored < length; start += (context + 1) / 2) {
            int end = Math.min(length - 1, start + context);
            long[] window = Arrays.copyOfRange(text.ids(), start, end);
            try (NDManager reading = model.newReading()) {
                NDArray logits = model.read(reading, window, null); // (1,T,V)
                for (int place = scored; place <= end; place++) {
                    float[] row = Arrays.copyOf(
                            logits.get(0, place - 1 - start).toFloatArray(),
                            model.tokenizer().size());
                    int id = (int) text.ids()[place];
                    logs[place] = new Distribution(row).logProbability(id);
                    ranks[place] = 1 + larger(row, id);
                }
            }
            scored = end + 1;
        }
        List<ScoredToken> tokens = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            boolean added = text.spans().get(i).start() == text.spans().get(i).end();
            if (!added) {
                tokens.add(new ScoredToken(
                        text.tokens().get(i), (int) text.ids()[i], text.spans().get(i), logs[i], ranks[i]));
            }
        }
        return new Score(tokens);
    }

    private static int larger(float[] row, int id) {
        int count = 0;
        for (float logit : row) {
            count += logit > row[id] ? 1 : 0;
        }
        return count;
    }
}
