package io.heed.predict;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A token that may come next.
 *
 * @param token its spelling in the vocabulary
 * @param id its id
 * @param probability its probability, from 0 to 1
 */
public record NextWord(String token, int id, double probability) {

    /** The natural logarithm of the probability, in nats, at most 0. */
    @JsonProperty
    public double logProbability() {
        return Math.log(probability);
    }
}
