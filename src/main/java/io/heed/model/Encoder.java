package io.heed.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The layers that read a source, each position seeing the whole of it, and a norm; the explicit rendering.
 *
 * <p>Inputs: the embedded source (B,S,C) and the mask of its filling. Output: (B,S,C), which decoder layers make keys and values of.
 */
final class Encoder extends HeedBlock {

    private static final String NAME = "encoder.";

    private final List<TransformerLayer> layers = new ArrayList<>();
    private final LayerNorm norm;

    Encoder(ModelConfig config) {
        for (int i = 0; i < config.layers(); i++) {
            layers.add(addChildBlock("h", new TransformerLayer(config, Trace.Part.ENCODER, i)));
        }
        norm = addChildBlock("ln_f", new LayerNorm(config));
    }

    void nameParameters(Map<String, Parameter> names) {
        layers.forEach(layer -> layer.nameParameters(NAME, names));
        names.put(NAME + "ln_f.weight", norm.weight);
        names.put(NAME + "ln_f.bias", norm.bias);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, @Nullable PairList<String, Object> params) {
        NDArray x = inputs.head();
        for (TransformerLayer layer : layers) {
            x = layer.forward(store, new NDList(x, inputs.get(1)), training, params)
                    .head();
        }
        NDArray normed = norm.forward(store, new NDList(x), training).head();
        return new NDList(Trace.inOrSilent(params).record(Trace.Step.FINAL_NORM, normed));
    }
}
