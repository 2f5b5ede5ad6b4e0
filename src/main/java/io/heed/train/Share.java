package io.heed.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.heed.kernels.Kernels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The parameters that one replica updates for all: it gathers their gradients from the others, clips them and moves the weights. */
final class Share {

    private final Kernels kernels;
    private final RunConfig.Training settings;
    private final List<String> names;
    private final Replica replica;
    private final List<Replica> others;
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
        this.names = names;
        this.replica = replica;
        others = all.stream().filter(other -> other != replica).toList();
        Map<String, NDArray> matrices = new LinkedHashMap<>();
        Map<String, NDArray> rest = new LinkedHashMap<>();
        for (String name : names) {
            NDArray weights = Objects.requireNonNull(replica.trained().get(name));
            boolean matrix = name.startsWith("h.") && weights.getShape().dimension() == 2;
            boolean muon = matrix && settings.optimizer() == OptimizerChoice.MUON;
            (muon ? matrices : rest).put(name, weights);
        }
        if (!matrices.isEmpty()) {
            optimizers.add(new Muon(matrices, settings, kernels, owner));
        }
        if (!rest.isEmpty()) {
            optimizers.add(new AdamW(rest, settings, kernels, owner));
        }
    }

    private NDList gradients(Replica of) {
        return Optimizer.pick(names, of.gradients());
    }

    /**
     * Adds the other replicas' gradients to this one's.
     *
     * @return the sum of their squares, () float32, in {@code owner}
     */
    NDArray gather(NDManager owner) {
        NDList mine = gradients(replica);
        others.forEach(other -> kernels.add(mine, gradients(other)));
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
            kernels.clip(gradients(replica), squares, settings.clip());
        }
        optimizers.forEach(optimizer -> optimizer.step(replica.gradients(), height));
    }
}
