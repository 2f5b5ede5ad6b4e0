package io.heed.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.heed.kernels.GradMode;
import io.heed.kernels.Kernels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Measures what one step does to each layer: made before the step, asked after it. */
final class LayerWatch implements AutoCloseable {

    /** What stands before the names of an encoder's weights. */
    private static final String ENCODER = "encoder.";

    private final Kernels kernels;
    private final NDManager manager;
    private final Map<String, NDArray> weights;
    private final Map<String, NDArray> before = new LinkedHashMap<>();

    /**
     * Remembers the weights as they are.
     *
     * @param weights by GPT-2's names
     */
    LayerWatch(Map<String, NDArray> weights, Kernels kernels, NDManager owner) {
        this.kernels = kernels;
        this.weights = weights;
        manager = owner.newSubManager();
        weights.forEach((name, weight) -> {
            NDArray alias = weight.stopGradient();
            alias.attach(manager);
            before.put(name, alias.duplicate());
        });
    }

    /** Compares the weights with those before. */
    List<Progress.Layer> layers(Map<String, NDArray> gradients) {
        Map<String, List<String>> names = new LinkedHashMap<>();
        weights.keySet()
                .forEach(name -> names.computeIfAbsent(layer(name), key -> new ArrayList<>())
                        .add(name));
        List<Progress.Layer> layers = new ArrayList<>();
        try (GradMode off = GradMode.off()) {
            names.forEach((layer, own) -> {
                double size = norm(Optimizer.pick(own, before));
                NDList change = new NDList();
                own.forEach(name ->
                        change.add(Objects.requireNonNull(before.get(name)).sub(weights.get(name))));
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

    /** The layer that a weight of GPT-2's name belongs to. */
    static String layer(String name) {
        boolean encoder = name.startsWith(ENCODER);
        String own = encoder ? name.substring(ENCODER.length()) : name;
        if (own.startsWith("h.")) {
            return (encoder ? "encoder layer " : "layer ") + own.substring(2, own.indexOf('.', 2));
        }
        return own.startsWith("w") ? "the embedding" : encoder ? "the encoder's norm" : "the final norm";
    }

    /** Whether a weight of GPT-2's name belongs to a layer, of the encoder or not. */
    static boolean isInLayers(String name) {
        return layer(name).contains("layer ");
    }

    @Override
    public void close() {
        manager.close();
    }
}
