package io.heed.model;

/**
 * The shape of every feed-forward network of a transformer.
 *
 * @param width F, the size of the inner vector
 * @param activation the function between its two matrices
 * @param biases whether its projections have trained biases; without, they are there and stay zero
 */
public record FeedForward(int width, Activation activation, boolean biases) {

    /**
     * Checks the shape.
     *
     * @throws IllegalArgumentException with a sentence that names the value that is wrong
     */
    public FeedForward {
        ModelConfig.requirePositive("feed_forward", width);
    }
}
