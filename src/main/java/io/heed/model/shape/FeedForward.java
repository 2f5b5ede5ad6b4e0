package io.heed.model.shape;

import java.io.Serializable;

/**
 * The shape of a transformer's feed-forward networks, the same in every layer.
 *
 * @param width F, the size of the inner vector
 * @param activation the function between its matrices
 * @param gated whether the activation applies to a second projection of the input, the gate, which multiplies the first (Shazeer, "GLU
 *     Variants Improve Transformer", arXiv 2002.05202)
 * @param biases whether its projections have trained biases; if not, the biases exist and stay zero
 */
public record FeedForward(int width, Activation activation, boolean gated, boolean biases) implements Serializable {

    /** A network without a gate, as in GPT-2. */
    public FeedForward(int width, Activation activation, boolean biases) {
        this(width, activation, false, biases);
    }

    /**
     * Checks the shape.
     *
     * @throws IllegalArgumentException naming the value that is wrong
     */
    public FeedForward {
        ModelConfig.requirePositive("feed_forward", width);
    }
}
