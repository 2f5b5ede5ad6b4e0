package io.heed.model.shape;

import java.io.Serializable;
import java.util.Locale;

/**
 * The normalisation at the start of each block of a transformer.
 *
 * @param kind its kind
 * @param epsilon what is added to the variance or the mean square
 * @param shift whether it adds a trained vector; if not, the vector exists and stays zero
 */
public record Norm(Kind kind, double epsilon, boolean shift) implements Serializable {

    /** What numbers are normalised by. */
    public enum Kind {
        /** Their mean and their variance (Ba et al., arXiv 1607.06450). */
        LAYER,
        /** The root of their mean square (Zhang and Sennrich, arXiv 1910.07467). */
        RMS;

        /** The name in configurations. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A layer norm. */
    public Norm(double epsilon, boolean shift) {
        this(Kind.LAYER, epsilon, shift);
    }

    /**
     * Checks the norm.
     *
     * @throws IllegalArgumentException if an RMS norm has a shift
     */
    public Norm {
        if (kind == Kind.RMS && shift) {
            throw new IllegalArgumentException("norm: rms has no shift");
        }
    }
}
