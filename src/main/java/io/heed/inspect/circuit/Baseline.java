package io.heed.inspect.circuit;

import java.util.Locale;

/** What takes the place of everything outside a circuit. */
public enum Baseline {
    /** What the model computes for the corrupted text. */
    COUNTERFACTUAL,
    /** The mean of what it computes for the corrupted texts of one length, position by position. */
    MEAN;

    /** Its name in files. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
