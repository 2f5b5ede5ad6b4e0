package io.heed.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
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

    /** Returns the gradients of some parameters, in the order of their names. */
    static NDList pick(List<String> names, Map<String, NDArray> gradients) {
        NDList picked = new NDList(names.size());
        names.forEach(name -> picked.add(gradients.get(name)));
        return picked;
    }
}
