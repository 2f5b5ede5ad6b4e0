package io.heed.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.heed.kernels.OptimizerKernels;
import io.heed.model.Weight;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Parameters that are updated together: their gradients are gathered from the replicas and clipped, and the weights moved. */
final class Share {

    private final OptimizerKernels kernels;
    private final RunConfig.Training settings;
    private final List<Weight> weights;
    private final List<Replica> replicas;
    private final List<Optimizer> optimizers = new ArrayList<>();

    /**
     * Creates a share.
     *
     * @param weights its parameters
     * @param replicas a power of two of them
     * @param owner whose closing frees the optimizers' arrays
     * @param memory what holds them
     */
    Share(
            List<Weight> weights,
            List<Replica> replicas,
            RunConfig.Training settings,
            OptimizerKernels kernels,
            NDManager owner,
            Memory memory) {
        this.kernels = kernels;
        this.settings = settings;
        this.weights = weights;
        this.replicas = replicas;
        Map<Weight, NDArray> matrices = new LinkedHashMap<>();
        Map<Weight, NDArray> rest = new LinkedHashMap<>();
        for (Weight weight : weights) {
            boolean muon = weight.matrices() > 0 && settings.optimizer() == OptimizerChoice.MUON;
            NDArray array = Objects.requireNonNull(replicas.get(0).trained().get(weight));
            (muon ? matrices : rest).put(weight, array);
        }
        if (!matrices.isEmpty()) {
            optimizers.add(new Muon(matrices, settings, kernels, owner, memory));
        }
        if (!rest.isEmpty()) {
            optimizers.add(new AdamW(rest, settings, kernels, owner, memory));
        }
    }

    /**
     * Adds the gradients of all replicas, halves before wholes, to those of the first.
     *
     * @return the sum of their squares, () float32, in {@code owner}
     */
    NDArray gather(NDManager owner) {
        return kernels.squares(owner, sum(replicas));
    }

    private NDList sum(List<Replica> of) {
        if (of.size() == 1) {
            return gradients(of.get(0));
        }
        int half = of.size() / 2;
        NDList sum = sum(of.subList(0, half));
        kernels.add(sum, sum(of.subList(half, of.size())));
        return sum;
    }

    private NDList gradients(Replica of) {
        return Optimizer.pick(weights, of.gradients());
    }

    /**
     * Moves the weights.
     *
     * @param squares () the sum of the squares of the gradients of all shares
     * @param update which update this is
     */
    void update(NDArray squares, Optimizer.Update update) {
        Replica summed = replicas.get(0);
        if (settings.clip() > 0) {
            kernels.clip(gradients(summed), squares, settings.clip());
        }
        optimizers.forEach(optimizer -> optimizer.step(summed.gradients(), update));
    }
}
