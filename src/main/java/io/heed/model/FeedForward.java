package io.heed.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.jspecify.annotations.Nullable;

/**
 * The position-wise feed-forward network (Vaswani et al., arXiv 1706.03762, section 3.3): {@code activation(x·W₁ + b₁)·W₂ + b₂}.
 *
 * <p>(B,T,C) to (B,T,C), through (B,T,F).
 */
final class FeedForward extends HeedBlock {

    final Parameter innerWeight; // (C,F)
    final Parameter innerBias;
    final Parameter outputWeight; // (F,C)
    final Parameter outputBias;
    private final Activation activation;

    FeedForward(ModelConfig config) {
        innerWeight = weight("c_fc_weight", true, config.width(), config.feedForward());
        innerBias = weight("c_fc_bias", config.biases(), config.feedForward());
        outputWeight = weight("c_proj_weight", true, config.feedForward(), config.width());
        outputBias = weight("c_proj_bias", config.biases(), config.width());
        activation = config.activation();
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, @Nullable PairList<String, Object> params) {
        NDArray x = inputs.head();
        NDArray inner = x.matMul(value(store, innerWeight, x, training)).add(value(store, innerBias, x, training));
        Trace trace = Trace.inOrSilent(params);
        inner = trace.record(Trace.Step.FEED_FORWARD_INNER, inner);
        NDArray active = trace.record(Trace.Step.FEED_FORWARD_ACTIVE, activate(inner));
        return new NDList(
                active.matMul(value(store, outputWeight, x, training)).add(value(store, outputBias, x, training)));
    }

    /** The formulas of {@link Activation}. Numbers are arrays, since a backward pass needs them to live on. */
    private NDArray activate(NDArray x) {
        NDManager manager = x.getManager();
        NDArray half = manager.create(0.5f);
        return switch (activation) {
            case RELU -> x.maximum(manager.create(0f));
            case GELU ->
                x.mul(half)
                        .mul(x.div(manager.create((float) Math.sqrt(2))).erf().add(1));
            case GELU_NEW -> {
                NDArray cubic = x.mul(x).mul(x).mul(manager.create(0.044715f));
                NDArray inner = x.add(cubic).mul(manager.create((float) Math.sqrt(2 / Math.PI)));
                yield x.mul(half).mul(inner.tanh().add(1));
            }
        };
    }
}
