package io.heed.train;

import ai.djl.ndarray.NDArray;
import java.util.Map;

/** Turns the gradients of some parameters into updates. */
interface Optimizer {

    /**
     * Moves every parameter once.
     *
     * @param gradients the gradients by GPT-2's names of the parameters, those of others among them
     * @param height how high the learning rate stands, from 0 to 1 of its highest
     */
    void step(Map<String, NDArray> gradients, double height);
}
