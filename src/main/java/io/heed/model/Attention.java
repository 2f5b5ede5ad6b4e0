package io.heed.model;

/**
 * The shape of a transformer's attention, the same in every layer.
 *
 * @param heads H, the number of heads; each works on D = C/H of a position's C numbers
 * @param biases whether its projections have trained biases; if not, the biases exist and stay zero
 */
public record Attention(int heads, boolean biases) {

    /**
     * Checks the shape.
     *
     * @throws IllegalArgumentException naming the value that is wrong
     */
    public Attention {
        ModelConfig.requirePositive("heads", heads);
    }
}
