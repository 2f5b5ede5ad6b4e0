package io.heed.model;

/**
 * The shape of a transformer's feed-forward networks, the same in every layer.
 *
 * @param width F, the size of the inner vector
 * @param activation the function between its two matrices
 * @param biases whether its projections have trained biases; if not, the biases exist and stay zero
 */
public record FeedForward(int width, Activation activation, boolean biases) {

    /**
     * Checks the shape.
     *
     * @throws IllegalArgumentException naming the value that is wrong
     */
    public FeedForward {
        ModelConfig.requirePositive("feed_forward", width);
    }
}
