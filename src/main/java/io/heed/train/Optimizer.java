package io.heed.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.heed.model.Weight;
import java.util.List;
import java.util.Map;

/** Turns the gradients of some parameters into updates. */
interface Optimizer {

    /**
     * Moves every parameter once.
     *
     * @param gradients the gradients of the parameters, those of others among them
     * @param update which update this is
     */
    void step(Map<Weight, NDArray> gradients, Update update);

    /**
     * One update of all parameters.
     *
     * @param number its number, from 1
     * @param count its number, () float32 on the device
     * @param height what the configured learning rates are multiplied by: in a run from 0 to 1
     */
    record Update(int number, NDArray count, double height) {}

    /** Returns the gradients of some parameters, in their order. */
    static NDList pick(List<Weight> weights, Map<Weight, NDArray> gradients) {
        NDList picked = new NDList(weights.size());
        weights.forEach(weight -> picked.add(gradients.get(weight)));
        return picked;
    }
}
