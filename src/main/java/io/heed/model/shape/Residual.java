package io.heed.model.shape;

import java.util.Locale;

/** The order in which a layer's two blocks read the residual stream. */
public enum Residual {
    /** {@code x += Attention(LN₁(x)); x += FeedForward(LN₂(x))}: the second reads what the first wrote, as in GPT-2. */
    SEQUENTIAL,
    /** {@code x += Attention(LN₁(x)) + FeedForward(LN₂(x))}: both read the layer's input, as in GPT-NeoX (arXiv 2204.06745). */
    PARALLEL;

    /** The name in configurations. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
