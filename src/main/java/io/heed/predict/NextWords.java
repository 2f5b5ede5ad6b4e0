package io.heed.predict;

import java.util.List;

/**
 * What may come next in a text.
 *
 * @param likeliest the likeliest tokens, the likeliest first
 * @param entropy of the distribution over the whole vocabulary, in nats: 0 where the model is sure, ln V where it knows nothing
 */
public record NextWords(List<NextWord> likeliest, double entropy) {

    /** Copies the list. */
    public NextWords {
        likeliest = List.copyOf(likeliest);
    }
}
