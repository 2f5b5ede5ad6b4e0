package io.heed.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.heed.kernels.GradMode;
import io.heed.kernels.OptimizerKernels;
import io.heed.model.Weight;
import java.util.Map;

/**
 * The weights' exponential moving average (Polyak and Juditsky 1992; Tan and Le, arXiv 1905.11946): {@code mean =
 * d·mean + (1−d)·weight} after each update. At first d is smaller, {@code min(decay, (1 + n)/(10 + n))}, so that the
 * random initial weights are forgotten.
 */
public final class Average {

    private final OptimizerKernels kernels;
    private final double decay;
    private final NDList weights = new NDList();
    private final NDList means = new NDList();

    /**
     * Starts from the current weights, or from the mean that an earlier part of the run left.
     *
     * @param owner the manager whose closing frees the means
     */
    public Average(
            Map<Weight, NDArray> trained, double decay, OptimizerKernels kernels, NDManager owner, StateArrays memory) {
        this.kernels = kernels;
        this.decay = decay;
        trained.forEach((weight, array) -> {
            String key = "average." + weight.name();
            NDArray mean;
            if (memory.has(key)) {
                mean = memory.array(owner, key, array.getShape());
            } else {
                mean = array.stopGradient().duplicate();
                mean.attach(owner);
                memory.keep(key, mean);
            }
            weights.add(array);
            means.add(mean);
        });
    }

    /**
     * Updates the mean.
     *
     * @param update the number of the update that the weights have just made, from 1
     */
    public void follow(int update) {
        try (GradMode off = GradMode.off()) {
            kernels.approach(means, weights, 1 - Math.min(decay, (1.0 + update) / (10.0 + update)));
        }
    }

    /** Swaps the weights and their means; a second call swaps them back. */
    public void swap() {
        try (GradMode off = GradMode.off()) {
            kernels.swap(weights, means);
        }
    }
}
