package io.heed.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.heed.kernels.OptimizerKernels;
import io.heed.model.Weight;
import java.util.List;
import java.util.Map;

/** Turns the gradients of some parameters into updates. */
public interface Optimizer {

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

    /**
     * What an optimizer computes with, and keeps what it remembers in.
     *
     * @param owner whose closing frees the running means
     * @param memory what holds them
     */
    record Context(OptimizerSettings settings, OptimizerKernels kernels, NDManager owner, StateArrays memory) {

        /** The running mean of a name, of the shape of a parameter. */
        NDArray of(String name, Weight weight, NDArray parameter) {
            return memory.array(owner, name + "." + weight.name(), parameter.getShape());
        }
    }

    /** Returns the gradients of some parameters, in their order. */
    static NDList pick(List<Weight> weights, Map<Weight, NDArray> gradients) {
        NDList picked = new NDList(weights.size());
        weights.forEach(weight -> picked.add(gradients.get(weight)));
        return picked;
    }
}
