package io.heed.train;

import ai.djl.ndarray.NDArray;
import io.heed.model.Transformer;

/** Weights that overflow in one place on every processor. */
final class Overflows {

    private Overflows() {}

    /**
     * Logits of 3e38 for even tokens and −3e38 for odd ones: these and all activations fit into float32 (up to 3.4e38), but the loss of an
     * odd token, the difference of the two, does not.
     */
    static void loss(Transformer transformer) {
        array(transformer, "ln_f.weight").set(new float[transformer.config().width()]);
        float[] bias = new float[transformer.config().width()];
        bias[0] = 1e30f;
        array(transformer, "ln_f.bias").set(bias);
        NDArray embedding = array(transformer, "wte.weight");
        float[] rows = embedding.toFloatArray();
        for (int token = 0; token < transformer.config().vocabulary(); token++) {
            rows[token * bias.length] = token % 2 == 0 ? 3e8f : -3e8f;
        }
        embedding.set(rows);
    }

    /**
     * Inner activations around 1e-25 in layer 1, which the next projection scales back: the loss is finite, but the gradients before the
     * projection are around 1e25, and their squares overflow float32.
     */
    static void gradients(Transformer transformer) {
        array(transformer, "h.1.mlp.c_fc.weight").muli(1e-25f);
        array(transformer, "h.1.mlp.c_fc.bias").muli(1e-25f);
        array(transformer, "h.1.mlp.c_proj.weight").muli(1e25f);
    }

    private static NDArray array(Transformer transformer, String name) {
        return transformer.namedParameters().get(name).getArray();
    }
}
