package io.heed.inspect.evidence;

import java.util.List;

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
     * @param shown as people see it
     * @param probability from 0 to 1
     */
    public record Guess(String token, String shown, double probability) {}
}
