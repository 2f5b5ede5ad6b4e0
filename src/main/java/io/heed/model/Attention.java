package io.heed.model;

/**
 * The shape of every attention of a transformer.
 *
 * @param heads H, the number of heads; each sees D = C/H of the C numbers of a position
 * @param biases whether its projections have trained biases; without, they are there and stay zero
 */
public record Attention(int heads, boolean biases) {

    /**
     * Checks the shape.
     *
     * @throws IllegalArgumentException with a sentence that names the value that is wrong
     */
    public Attention {
        ModelConfig.requirePositive("heads", heads);
    }
}
