package io.heed.train;

import java.util.Locale;

/** Which rule turns gradients into updates. */
public enum OptimizerChoice {
    /** Muon for the matrices of the layers, AdamW for embeddings, norms and biases. */
    MUON,
    /** AdamW for everything. */
    ADAMW;

    /** The name in configurations. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
