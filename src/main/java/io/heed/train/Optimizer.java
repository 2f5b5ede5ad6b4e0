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
     * @param update which update this is
     */
    void step(Map<String, NDArray> gradients, Update update);

    /**
     * One update of all parameters.
     *
     * @param number its number, from 1
     * @param count its number, () float32 on the device
     * @param height what the configured learning rates are multiplied by: in a run from 0 to 1
     */
    record Update(int number, NDArray count, double height) {}

    /** Returns the gradients of some parameters, in the order of their names. */
    static NDList pick(List<String> names, Map<String, NDArray> gradients) {
        NDList picked = new NDList(names.size());
        names.forEach(name -> picked.add(gradients.get(name)));
        return picked;
    }
}
