package io.heed.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.jspecify.annotations.Nullable;

/**
 * Layer normalisation (Ba et al., arXiv 1607.06450): {@code (x − mean)/√(variance + ε)·weight + bias} over the last axis.
 *
 * <p>(B,T,C) to (B,T,C).
 */
final class LayerNorm extends HeedBlock {

    final Parameter weight;
    final Parameter bias;
    private final float epsilon;

    LayerNorm(ModelConfig config) {
        weight = weight("weight", true, config.width());
        bias = weight("bias", config.biases(), config.width());
        epsilon = (float) config.epsilon();
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, @Nullable PairList<String, Object> params) {
        NDArray x = inputs.head();
        NDArray centred = x.sub(x.mean(new int[] {-1}, true));
        NDArray variance = centred.square().mean(new int[] {-1}, true);
        NDArray normal = centred.div(variance.add(epsilon).sqrt());
        return new NDList(normal.mul(value(store, weight, x, training)).add(value(store, bias, x, training)));
    }
}
