package io.heed.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.heed.model.shape.Norm;
import org.jspecify.annotations.Nullable;

/**
 * Normalisation over the last axis: {@code (x − mean)/√(variance + ε)·scale + shift} (Ba et al., arXiv 1607.06450), or by the root of the
 * mean square, {@code x/√(mean(x²) + ε)·scale} (Zhang and Sennrich, arXiv 1910.07467).
 *
 * <p>(B,T,C) to (B,T,C).
 */
final class Normalisation extends HeedBlock {

    private final Parameter scale; // (C)
    private final Parameter shift; // (C)
    private final Norm norm;

    Normalisation(Norm norm, Parameter scale, Parameter shift) {
        this.scale = addParameter(scale);
        this.shift = addParameter(shift);
        this.norm = norm;
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, @Nullable PairList<String, Object> params) {
        NDArray x = inputs.head();
        NDArray by = value(store, scale, x, training);
        if (norm.kind() == Norm.Kind.RMS) {
            return new NDList(byRoot(x, norm.epsilon(), by));
        }
        NDArray centred = x.sub(x.mean(new int[] {-1}, true));
        return new NDList(byRoot(centred, norm.epsilon(), by).add(value(store, shift, x, training)));
    }

    /** {@code x/√(mean(x²) + ε)·scale} over the last axis. */
    static NDArray byRoot(NDArray x, double epsilon, NDArray scale) {
        NDArray meanSquare = x.square().mean(new int[] {-1}, true);
        return x.div(meanSquare.add((float) epsilon).sqrt()).mul(scale);
    }
}
