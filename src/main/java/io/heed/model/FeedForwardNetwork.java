package io.heed.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.heed.model.Weight.Role;
import io.heed.model.shape.Activation;
import io.heed.model.shape.FeedForward;
import org.jspecify.annotations.Nullable;

/**
 * The position-wise feed-forward network (Vaswani et al., arXiv 1706.03762, section 3.3): {@code activation(x·W₁ + b₁)·W₂ + b₂}; with
 * a gate (Shazeer, arXiv 2002.05202), {@code (activation(x·G + g) ⊙ (x·W₁ + b₁))·W₂ + b₂}.
 *
 * <p>(B,T,C) to (B,T,C), through (B,T,F).
 */
final class FeedForwardNetwork extends HeedBlock {

    private final @Nullable Parameter gate; // (C,F)
    private final @Nullable Parameter gateBias;
    private final Parameter up; // (C,F)
    private final Parameter upBias;
    private final Parameter down; // (F,C)
    private final Parameter downBias;
    private final Activation activation;

    FeedForwardNetwork(FeedForward shape, Parameters.OfLayer parameters) {
        gate = shape.gated() ? addParameter(parameters.get(Role.GATE)) : null;
        gateBias = shape.gated() ? addParameter(parameters.get(Role.GATE_BIAS)) : null;
        up = addParameter(parameters.get(Role.UP));
        upBias = addParameter(parameters.get(Role.UP_BIAS));
        down = addParameter(parameters.get(Role.DOWN));
        downBias = addParameter(parameters.get(Role.DOWN_BIAS));
        activation = shape.activation();
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, @Nullable PairList<String, Object> params) {
        NDArray x = inputs.head();
        NDArray inner = product(store, x, up, training).add(value(store, upBias, x, training));
        Trace trace = Trace.inOrSilent(params);
        inner = trace.record(Trace.Step.FEED_FORWARD_INNER, inner);
        NDArray active;
        if (gate == null || gateBias == null) {
            active = activate(inner);
        } else {
            NDArray gated = product(store, x, gate, training).add(value(store, gateBias, x, training));
            gated = trace.record(Trace.Step.FEED_FORWARD_GATE, gated);
            active = activate(gated).mul(inner);
        }
        active = trace.record(Trace.Step.FEED_FORWARD_ACTIVE, active);
        return new NDList(product(store, active, down, training).add(value(store, downBias, x, training)));
    }

    /** The formulas of {@link Activation}. Constants are arrays, because they must live until the backward pass. */
    private NDArray activate(NDArray x) {
        NDManager manager = x.getManager();
        NDArray half = manager.create(0.5f);
        return switch (activation) {
            case RELU -> x.maximum(manager.create(0f));
            case SILU -> x.mul(ai.djl.nn.Activation.sigmoid(x));
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
