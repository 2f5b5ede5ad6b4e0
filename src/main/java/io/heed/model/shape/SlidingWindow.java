package io.heed.model.shape;

import java.io.Serializable;
import java.util.List;

/**
 * How far back some layers attend (Beltagy et al., "Longformer", arXiv 2004.05150; as in Mistral): a query attends to itself and the
 * positions right before it, {@code size} in all.
 *
 * @param size the number of positions a query attends to
 * @param layers the layers with the window, from 0; the others attend to all earlier positions
 */
public record SlidingWindow(int size, List<Integer> layers) implements Serializable {

    /**
     * Checks the size and copies the layers.
     *
     * @throws IllegalArgumentException naming the value that is wrong
     */
    public SlidingWindow {
        ModelConfig.requirePositive("window", size);
        layers = List.copyOf(layers);
    }

    /** Whether a layer has the window. */
    public boolean isIn(int layer) {
        return layers.contains(layer);
    }
}
