package io.heed.model;

import ai.djl.ndarray.NDArray;
import java.util.Locale;

/**
 * How a model encodes the position of a token. A model has a table with a row for each position; a variant defines the
 * table and how its rows are applied.
 */
public enum Positions {
    /** Sines and cosines of the position, never trained (Vaswani et al., arXiv 1706.03762, section 3.5). */
    SINUSOIDAL(Weight.Start.FIXED),
    /** One trained vector per position, as in GPT-2. */
    LEARNED(Weight.Start.RANDOM);

    private final Weight.Start start;

    Positions(Weight.Start start) {
        this.start = start;
    }

    /** How the table is initialized. */
    Weight.Start start() {
        return start;
    }

    /** The number of columns of the table. */
    int rowLength(ModelConfig config) {
        return config.width();
    }

    /** The values of a table that is never trained, row by row. */
    float[] table(ModelConfig config) {
        return PositionalEncoding.table(config.context(), config.width());
    }

    /** Applies positions to token embeddings (B,T,C), given the table's first rows (T,C); the explicit rendering. */
    NDArray placeTokens(NDArray embeddings, NDArray rows) {
        return embeddings.add(rows);
    }

    /** Applies positions to queries or keys (B,H,T,D) of the first positions; the explicit rendering. */
    NDArray placeQueriesOrKeys(NDArray x) {
        return x;
    }

    /** The kernel that applies positions to token embeddings. */
    String ofTokens() {
        return "added";
    }

    /** The kernel that applies positions to queries and keys. */
    String ofQueriesAndKeys() {
        return "unplaced";
    }

    /** The name in configurations. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
