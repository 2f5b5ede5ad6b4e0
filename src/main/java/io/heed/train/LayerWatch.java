package io.heed.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.heed.kernels.GradMode;
import io.heed.kernels.OptimizerKernels;
import io.heed.model.Weight;
import io.heed.optimizer.Optimizer;
import io.heed.run.Progress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Measures what one step does to each layer: create it before the step, query it afterwards. */
final class LayerWatch implements AutoCloseable {

    private final OptimizerKernels kernels;
    private final NDManager manager;
    private final Map<Weight, NDArray> weights;
    private final Map<Weight, NDArray> before = new LinkedHashMap<>();

    /** Copies the weights. */
    LayerWatch(Map<Weight, NDArray> weights, OptimizerKernels kernels, NDManager owner) {
        this.kernels = kernels;
        this.weights = weights;
        manager = owner.newSubManager();
        weights.forEach((weight, array) -> {
            NDArray alias = array.stopGradient();
            alias.attach(manager);
            before.put(weight, alias.duplicate());
        });
    }

    /** Compares the weights with the copies. */
    List<Progress.Layer> layers(Map<Weight, NDArray> gradients) {
        Map<String, List<Weight>> places = new LinkedHashMap<>();
        weights.keySet()
                .forEach(weight -> places.computeIfAbsent(weight.place(), key -> new ArrayList<>())
                        .add(weight));
        List<Progress.Layer> layers = new ArrayList<>();
        try (GradMode off = GradMode.off()) {
            places.forEach((layer, own) -> {
                double size = norm(Optimizer.pick(own, before));
                NDList change = new NDList();
                own.forEach(weight ->
                        change.add(Objects.requireNonNull(before.get(weight)).sub(weights.get(weight))));
                layers.add(new Progress.Layer(
                        layer, norm(Optimizer.pick(own, gradients)), size == 0 ? 0 : norm(change) / size));
            });
        }
        return layers;
    }

    private double norm(NDList arrays) {
        try (NDArray sum = kernels.squares(manager, arrays)) {
            return Math.sqrt(sum.getFloat());
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
