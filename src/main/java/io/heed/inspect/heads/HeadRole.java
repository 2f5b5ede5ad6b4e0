package io.heed.inspect.heads;

import java.util.Locale;
import java.util.Map;

/** What a head may do that heads of many models do: the measure that shows it, and from which share on a head is said to do it. */
public enum HeadRole {
    /** Reads what followed the same token earlier. */
    INDUCTION(HeadMeasure.INDUCTION, HeadMeasure.INDUCTION_ON_RANDOM_TOKENS.clear()),
    /** Reads earlier occurrences of the same token. */
    DUPLICATE_TOKEN(HeadMeasure.DUPLICATE_TOKEN),
    /** Reads the previous token. */
    PREVIOUS_TOKEN(HeadMeasure.PREVIOUS_TOKEN),
    /** Rests on the first token: an attention sink. */
    FIRST_TOKEN(HeadMeasure.FIRST_TOKEN);

    private final HeadMeasure measure;
    private final double least;

    HeadRole(HeadMeasure measure) {
        this(measure, measure.clear());
    }

    /** @param least the share of a head's weight from which on it has this role */
    HeadRole(HeadMeasure measure, double least) {
        this.measure = measure;
        this.least = least;
    }

    /** The share of a head's weight that this role is about, from 0 to 1; NaN if no place shows it. */
    public double share(Map<HeadMeasure, Double> measures) {
        return measures.getOrDefault(measure, Double.NaN);
    }

    /** Whether a share suffices; never for NaN. */
    public boolean isShownBy(double share) {
        return share >= least;
    }

    /** The share from which on a head has this role. */
    public double least() {
        return least;
    }

    /** Its name in sentences. */
    public String title() {
        return this == FIRST_TOKEN ? "sink" : name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
