package io.heed.inspect.evidence;

import io.heed.checkpoint.LanguageModel;
import io.heed.model.Distribution;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a model would predict if it ended after a layer: the final norm and the embedding read the residual stream there (the logit
 * lens, nostalgebraist 2020).
 *
 * @param layer the layer, from 0; -1 for the embeddings alone
 * @param positions for each position the likeliest tokens that come next, the likeliest first
 */
public record LensLayer(int layer, List<List<Guess>> positions) {

    /**
     * A token that may come next.
     *
     * @param token as the vocabulary spells it
     * @param shown as it is shown
     * @param probability from 0 to 1
     */
    public record Guess(String token, String shown, double probability) {

        /**
         * Returns the likeliest tokens, the likeliest first.
         *
         * @param logits (V), of that model
         * @param count the number of tokens
         */
        public static List<Guess> likeliest(LanguageModel model, float[] logits, int count) {
            return likeliest(model, new Distribution(logits), count);
        }

        /** Returns the likeliest tokens of a distribution over that model's tokens, the likeliest first. */
        static List<Guess> likeliest(LanguageModel model, Distribution next, int count) {
            return IntStream.of(next.likeliest(count))
                    .mapToObj(id -> new Guess(
                            model.tokenizer().vocabulary().token(id),
                            model.tokenizer().vocabulary().shown(id),
                            next.probability(id)))
                    .toList();
        }
    }
}
