package io.heed.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.heed.kernels.AdamWSettings;
import io.heed.kernels.OptimizerKernels;
import io.heed.model.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101): {@code m = β₁m + (1−β₁)g; v = β₂v +
 * (1−β₂)g²; θ −= rate·(m̂/(√v̂ + ε) + decay·θ)}, where m̂ and v̂ are bias-corrected for their start at zero.
 *
 * <p>Parameters of two or more dimensions decay; biases and norms do not.
 */
public final class AdamW implements Optimizer {

    /** Parameters with the same decay, and their running means. */
    private record Group(List<Weight> weights, NDList parameters, NDList first, NDList second, double decay) {}

    private final OptimizerKernels kernels;
    private final OptimizerSettings settings;
    private final Group matrices;
    private final Group vectors;

    /**
     * Creates an optimizer.
     *
     * @param parameters the trained parameters
     */
    AdamW(Map<Weight, NDArray> parameters, Context context) {
        kernels = context.kernels();
        settings = context.settings();
        matrices = group(parameters, true, settings.weightDecay(), context);
        vectors = group(parameters, false, 0, context);
    }

    private static Group group(Map<Weight, NDArray> parameters, boolean matrices, double decay, Context context) {
        Group group = new Group(new ArrayList<>(), new NDList(), new NDList(), new NDList(), decay);
        parameters.forEach((weight, parameter) -> {
            if (parameter.getShape().dimension() >= 2 == matrices) {
                group.weights.add(weight);
                group.parameters.add(parameter);
                group.first.add(context.of("adamw.first", weight, parameter));
                group.second.add(context.of("adamw.second", weight, parameter));
            }
        });
        return group;
    }

    @Override
    public void step(Map<Weight, NDArray> gradients, Update update) {
        for (Group group : new Group[] {matrices, vectors}) {
            if (!group.parameters.isEmpty()) {
                AdamWSettings numbers = new AdamWSettings(
                        update.height() * settings.learningRate(),
                        settings.beta1(),
                        settings.beta2(),
                        settings.epsilon(),
                        group.decay);
                NDList own = Optimizer.pick(group.weights, gradients);
                kernels.adamw(group.parameters, own, group.first, group.second, update.count(), numbers);
            }
        }
    }
}
