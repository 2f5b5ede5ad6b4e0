package io.heed.model.shape;

import java.util.Locale;

/** The non-linear function between the two matrices of a feed-forward network. */
public enum Activation {
    /** {@code x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³)))}, GPT-2's approximation (Hendrycks and Gimpel, arXiv 1606.08415). */
    GELU_NEW,
    /** {@code x/2·(1 + erf(x/√2))} (arXiv 1606.08415). */
    GELU,
    /** {@code max(x, 0)}. */
    RELU,
    /** {@code x/(1 + e^−x)} (arXiv 1606.08415; "Swish", arXiv 1710.05941). */
    SILU;

    /** The name in GPT-2's configuration and in Heed's. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
