package io.heed.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.heed.model.Weight.Role;
import io.heed.model.shape.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The layers that read a source, where each position attends to all of it, and a final norm; the explicit rendering.
 *
 * <p>Inputs: the embedded source (B,S,C), its padding mask and the rows of the positions. Output: (B,S,C), from which the decoder layers
 * compute keys and values; and that before the norm.
 */
final class Encoder extends HeedBlock {

    private final List<TransformerLayer> layers = new ArrayList<>();
    private final Normalisation norm;

    Encoder(ModelConfig config, Parameters parameters) {
        for (int i = 0; i < config.layers(); i++) {
            layers.add(addChildBlock("h", new TransformerLayer(config, Trace.Part.ENCODER, i, parameters, null)));
        }
        Parameters.OfLayer end = parameters.in(Trace.Part.ENCODER, Weight.OUTSIDE);
        norm = addChildBlock(
                "ln_f", new Normalisation(config.norm(), end.get(Role.FINAL_NORM), end.get(Role.FINAL_NORM_SHIFT)));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, @Nullable PairList<String, Object> params) {
        NDArray x = inputs.head();
        for (TransformerLayer layer : layers) {
            x = layer.forward(store, new NDList(x, inputs.get(1), inputs.get(2)), training, params)
                    .head();
        }
        NDArray normed = norm.forward(store, new NDList(x), training).head();
        return new NDList(Trace.inOrSilent(params).record(Trace.Step.FINAL_NORM, normed), x);
    }

    /** The norm that all who read the source's last stream read it through. */
    Normalisation norm() {
        return norm;
    }
}
