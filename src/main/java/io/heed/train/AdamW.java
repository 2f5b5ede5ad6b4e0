package io.heed.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.heed.kernels.AdamWSettings;
import io.heed.kernels.Kernels;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101): {@code m = β₁m + (1−β₁)g; v = β₂v + (1−β₂)g²;
 * θ −= rate·(m̂/(√v̂ + ε) + decay·θ)}, where m̂ and v̂ are corrected for their start at zero.
 *
 * <p>Parameters of two or more dimensions decay; biases and norms do not.
 */
final class AdamW implements Optimizer {

    /** Parameters that decay alike, with their running means. */
    private record Group(NDList parameters, NDList first, NDList second, double decay) {}

    private final Kernels kernels;
    private final RunConfig.Training settings;
    private final Group matrices;
    private final Group vectors;
    private final NDArray step;

    /**
     * Creates an optimizer that has taken no step.
     *
     * @param parameters what is trained
     * @param owner whose closing frees the running means
     */
    AdamW(NDList parameters, RunConfig.Training settings, Kernels kernels, NDManager owner) {
        this.kernels = kernels;
        this.settings = settings;
        matrices = group(parameters, true, settings.weightDecay(), owner);
        vectors = group(parameters, false, 0, owner);
        step = owner.create(0f);
    }

    private static Group group(NDList parameters, boolean matrices, double decay, NDManager owner) {
        NDList members = new NDList();
        NDList first = new NDList();
        NDList second = new NDList();
        for (NDArray parameter : parameters) {
            if (parameter.getShape().dimension() >= 2 == matrices) {
                members.add(parameter);
                first.add(owner.zeros(parameter.getShape()));
                second.add(owner.zeros(parameter.getShape()));
            }
        }
        return new Group(members, first, second, decay);
    }

    @Override
    public void step(double share) {
        step.addi(1);
        for (Group group : new Group[] {matrices, vectors}) {
            if (!group.parameters.isEmpty()) {
                AdamWSettings numbers = new AdamWSettings(
                        share * settings.learningRate(),
                        settings.beta1(),
                        settings.beta2(),
                        settings.epsilon(),
                        group.decay);
                kernels.adamw(group.parameters, group.first, group.second, step, numbers);
            }
        }
    }
}
