package io.heed.model.shape;

import java.util.List;

/**
 * How far back some layers see (Beltagy et al., "Longformer", arXiv 2004.05150; as Mistral does it): a query sees itself and the
 * positions right before it, {@code size} in all.
 *
 * @param size how many positions a query sees
 * @param layers the layers that see only so far, from 0; the others see everything before
 */
public record SlidingWindow(int size, List<Integer> layers) {

    /**
     * Checks the size and copies the layers.
     *
     * @throws IllegalArgumentException with a sentence that names the value that is wrong
     */
    public SlidingWindow {
        ModelConfig.requirePositive("window", size);
        layers = List.copyOf(layers);
    }

    /** Whether a layer sees only so far. */
    public boolean isIn(int layer) {
        return layers.contains(layer);
    }
}
