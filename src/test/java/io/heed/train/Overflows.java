package io.heed.train;

import ai.djl.ndarray.NDArray;
import io.heed.model.Transformer;

/** Weights that overflow in one place on every processor. */
final class Overflows {

    private Overflows() {}

    /**
     * Logits of 3e38 for even tokens and −3e38 for odd ones, which float32 holds (up to 3.4e38), and so all activations. The loss of an
     * odd token, the difference of the two, it does not.
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
     * Inner numbers around 1e-25 of layer 1, which the projection after them brings back to where they were: so the loss is finite, and
     * the gradients of what makes them around 1e25, whose squares float32 does not hold.
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
