package io.heed.predict;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A token that may come next.
 *
 * @param token the token as the vocabulary spells it
 * @param id its id
 * @param probability how likely it is, from 0 to 1
 */
public record NextWord(String token, int id, double probability) {

    /** The natural logarithm of the probability, in nats, at most 0. */
    @JsonProperty
    public double logProbability() {
        return Math.log(probability);
    }
}
