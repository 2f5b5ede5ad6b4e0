package io.heed.model;

import java.util.Locale;

/** How a model knows where in the text a token stands. */
public enum Positions {
    /** Sines and cosines of the position, never trained (Vaswani et al., arXiv 1706.03762, section 3.5). */
    SINUSOIDAL(Weight.Start.SINUSOIDS),
    /** One trained vector a position, as in GPT-2. */
    LEARNED(Weight.Start.RANDOM);

    private final Weight.Start start;

    Positions(Weight.Start start) {
        this.start = start;
    }

    /** How the table of positions starts. */
    Weight.Start start() {
        return start;
    }

    /** The name in configurations. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
