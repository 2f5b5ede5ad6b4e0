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
     * Updates every parameter once.
     *
     * @param gradients gradients that include those of the parameters
     * @param update the update
     */
    void step(Map<Weight, NDArray> gradients, Update update);

    /**
     * One update of all parameters.
     *
     * @param number its number, from 1
     * @param count its number, () float32 on the device
     * @param height the factor of the configured learning rates, from 0 to 1 in a run
     */
    record Update(int number, NDArray count, double height) {}

    /**
     * The settings, kernels and state of an optimizer.
     *
     * @param owner the manager whose closing frees the running means
     * @param memory holds the running means
     */
    record Context(OptimizerSettings settings, OptimizerKernels kernels, NDManager owner, StateArrays memory) {

        /** Returns the running mean of this name, in the shape of a parameter. */
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
