package io.heed.model;

import ai.djl.ndarray.NDArray;
import java.util.Locale;

/**
 * How a model knows where in the text a token stands. It has a table with a row for each position; this says what stands in the table,
 * and what its rows are put to.
 */
public enum Positions {
    /** Sines and cosines of the position, never trained (Vaswani et al., arXiv 1706.03762, section 3.5). */
    SINUSOIDAL(Weight.Start.FIXED),
    /** One trained vector a position, as in GPT-2. */
    LEARNED(Weight.Start.RANDOM);

    private final Weight.Start start;

    Positions(Weight.Start start) {
        this.start = start;
    }

    /** How the table starts. */
    Weight.Start start() {
        return start;
    }

    /** How many numbers a row of the table has. */
    int rowLength(ModelConfig config) {
        return config.width();
    }

    /** The table of a model, row by row, where it is never trained. */
    float[] table(ModelConfig config) {
        return PositionalEncoding.table(config.context(), config.width());
    }

    /** Tells tokens' embeddings (B,T,C) where they stand, by the table's first rows (T,C); the explicit rendering. */
    NDArray placeTokens(NDArray embeddings, NDArray rows) {
        return embeddings.add(rows);
    }

    /** Tells queries or keys (B,H,T,D) of the first positions where they stand; the explicit rendering. */
    NDArray placeQueriesOrKeys(NDArray x) {
        return x;
    }

    /** The kernel that tells tokens. */
    String ofTokens() {
        return "added";
    }

    /** The kernel that tells queries and keys where they stand. */
    String ofQueriesAndKeys() {
        return "unplaced";
    }

    /** The name in configurations. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
