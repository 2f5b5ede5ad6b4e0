package io.heed.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.heed.kernels.Kernels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The parameters that one replica updates for all: it gathers their gradients from the others, clips them and moves the weights. */
final class Share {

    private final Kernels kernels;
    private final RunConfig.Training settings;
    private final NDList mine;
    private final List<NDList> others;
    private final List<Optimizer> optimizers = new ArrayList<>();

    /**
     * Creates a share whose optimizers have taken no step.
     *
     * @param names GPT-2's names of its parameters
     * @param replica the replica that updates them
     * @param all all replicas
     * @param owner whose closing frees the optimizers' arrays
     */
    Share(
            List<String> names,
            Replica replica,
            List<Replica> all,
            RunConfig.Training settings,
            Kernels kernels,
            NDManager owner) {
        this.kernels = kernels;
        this.settings = settings;
        mine = arrays(names, replica);
        others = all.stream()
                .filter(other -> other != replica)
                .map(other -> arrays(names, other))
                .toList();
        Map<String, NDArray> matrices = new LinkedHashMap<>();
        NDList rest = new NDList();
        for (int i = 0; i < names.size(); i++) {
            boolean matrix =
                    names.get(i).startsWith("h.") && mine.get(i).getShape().dimension() == 2;
            if (matrix && settings.optimizer() == OptimizerChoice.MUON) {
                matrices.put(names.get(i), mine.get(i));
            } else {
                rest.add(mine.get(i));
            }
        }
        if (!matrices.isEmpty()) {
            optimizers.add(new Muon(matrices, settings, kernels, owner));
        }
        if (!rest.isEmpty()) {
            optimizers.add(new AdamW(rest, settings, kernels, owner));
        }
    }

    private static NDList arrays(List<String> names, Replica replica) {
        NDList arrays = new NDList(names.size());
        names.forEach(name -> arrays.add(replica.trained().get(name)));
        return arrays;
    }

    /**
     * Adds the other replicas' gradients to this one's.
     *
     * @return the sum of their squares, () float32, in {@code owner}
     */
    NDArray gather(NDManager owner) {
        others.forEach(other -> kernels.addGradients(mine, other));
        return kernels.squares(owner, mine);
    }

    /**
     * Moves the weights.
     *
     * @param squares () the sum of the squares of the gradients of all shares
     * @param height how high the learning rates stand, from 0 to 1 of their highest
     */
    void update(NDArray squares, double height) {
        if (settings.clip() > 0) {
            kernels.clip(mine, squares, settings.clip());
        }
        optimizers.forEach(optimizer -> optimizer.step(height));
    }
}
