package io.heed.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.heed.config.RunConfig;
import io.heed.kernels.OptimizerKernels;
import io.heed.model.Weight;
import io.heed.optimizer.Optimizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** Parameters that are updated together: gathers their gradients from the replicas, clips them, and updates the weights. */
final class ParameterShard {

    private final OptimizerKernels kernels;
    private final RunConfig.Training settings;
    private final List<Weight> weights;
    private final List<Replica> replicas;
    private final List<Optimizer> optimizers;

    /**
     * Creates a shard.
     *
     * @param weights its parameters
     * @param replicas the replicas, a power of two
     * @param settings the optimizers and the clipping of gradients
     * @param context what the optimizers work with
     */
    ParameterShard(
            List<Weight> weights, List<Replica> replicas, RunConfig.Training settings, Optimizer.Context context) {
        this.weights = weights;
        this.replicas = replicas;
        this.settings = settings;
        kernels = context.kernels();
        Map<Weight, NDArray> parameters = new LinkedHashMap<>();
        for (Weight weight : weights) {
            parameters.put(
                    weight, Objects.requireNonNull(replicas.get(0).trained().get(weight)));
        }
        optimizers = settings.optimizer().of(parameters, context);
    }

    /** Deals the trained ones of some weights out, the largest first, each to the list that has the fewest numbers. */
    static List<List<Weight>> divide(List<Weight> all, int parts) {
        List<List<Weight>> dealt = new ArrayList<>();
        IntStream.range(0, parts).forEach(i -> dealt.add(new ArrayList<>()));
        long[] sizes = new long[parts];
        all.stream()
                .filter(Weight::trained)
                .sorted(Comparator.comparingLong(weight -> -weight.shape().size()))
                .forEach(weight -> {
                    int least = 0;
                    for (int i = 1; i < parts; i++) {
                        least = sizes[i] < sizes[least] ? i : least;
                    }
                    dealt.get(least).add(weight);
                    sizes[least] += weight.shape().size();
                });
        return dealt;
    }

    /**
     * Sums the gradients of all replicas pairwise into those of the first.
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
     * Updates the weights.
     *
     * @param squares () the sum of the squares of the gradients of all shards
     * @param update the number and learning rate of this update
     */
    void update(NDArray squares, Optimizer.Update update) {
        Replica summed = replicas.get(0);
        if (settings.clip() > 0) {
            kernels.clip(gradients(summed), squares, settings.clip());
        }
        optimizers.forEach(optimizer -> optimizer.step(summed.gradients(), update));
    }
}
