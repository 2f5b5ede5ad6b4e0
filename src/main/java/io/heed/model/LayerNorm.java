package io.heed.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.jspecify.annotations.Nullable;

/**
 * Layer normalisation (Ba et al., arXiv 1607.06450): {@code (x − mean)/√(variance + ε)·scale + shift} over the last axis.
 *
 * <p>(B,T,C) to (B,T,C).
 */
final class LayerNorm extends HeedBlock {

    private final Parameter scale; // (C)
    private final Parameter shift; // (C)
    private final float epsilon;

    LayerNorm(Norm norm, Parameter scale, Parameter shift) {
        this.scale = addParameter(scale);
        this.shift = addParameter(shift);
        epsilon = (float) norm.epsilon();
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, @Nullable PairList<String, Object> params) {
        NDArray x = inputs.head();
        NDArray centred = x.sub(x.mean(new int[] {-1}, true));
        NDArray variance = centred.square().mean(new int[] {-1}, true);
        NDArray normal = centred.div(variance.add(epsilon).sqrt());
        return new NDList(normal.mul(value(store, scale, x, training)).add(value(store, shift, x, training)));
    }
}
