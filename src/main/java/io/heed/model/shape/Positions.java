package io.heed.model.shape;

import ai.djl.ndarray.NDArray;
import java.io.Serializable;
import java.util.Locale;

/**
 * How a model encodes the position of a token. A model has a table with a row for each position; a variant defines the
 * table and how its rows are applied.
 */
public sealed interface Positions extends Serializable {

    /** All kinds, by their names in configurations. */
    enum Kind {
        /** {@link Sinusoidal}. */
        SINUSOIDAL,
        /** {@link Learned}. */
        LEARNED,
        /** {@link Rotary}. */
        ROTARY;

        /** The name in configurations. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Its kind. */
    Kind kind();

    /** Whether the table is trained; if not, {@link #table} has its values. */
    default boolean trained() {
        return false;
    }

    /** The number of columns of the table. */
    default int rowLength(ModelConfig config) {
        return config.width();
    }

    /** The values of a table that is never trained, row by row. */
    float[] table(ModelConfig config);

    /** Applies positions to token embeddings (B,T,C), given the rows of the positions (T,C); the explicit rendering. */
    default NDArray placeTokens(NDArray embeddings, NDArray rows) {
        return embeddings.add(rows);
    }

    /** Applies positions to queries or keys (B,H,T,D), given the rows of the positions; the explicit rendering. */
    default NDArray placeQueriesOrKeys(NDArray x, NDArray rows) {
        return x;
    }

    /** Whether positions apply to token embeddings; if not, to queries and keys. */
    default boolean ofTokens() {
        return true;
    }

    /** Sines and cosines of the position, never trained (Vaswani et al., arXiv 1706.03762, section 3.5). */
    record Sinusoidal() implements Positions {
        @Override
        public Kind kind() {
            return Kind.SINUSOIDAL;
        }

        @Override
        public float[] table(ModelConfig config) {
            return PositionalEncoding.table(config.context(), config.width());
        }
    }

    /** One trained vector per position, as in GPT-2. */
    record Learned() implements Positions {
        @Override
        public Kind kind() {
            return Kind.LEARNED;
        }

        @Override
        public boolean trained() {
            return true;
        }

        @Override
        public float[] table(ModelConfig config) {
            throw new IllegalStateException("learned positions have no formula");
        }
    }

    /**
     * Queries and keys are rotated by angles that grow with the position (Su et al., "RoFormer", arXiv 2104.09864): the numbers i and
     * i + R/2 of a query or key at position p, as a pair, by the angle {@code p·f(i)}, {@code f(i) = theta^(−2i/R)}, so that a score
     * depends on how far apart two positions are. R is the number of a head's numbers that are rotated.
     *
     * @param theta the base of the rotation frequencies
     * @param fraction the fraction of a head that is rotated, its first numbers; above 0, at most 1
     * @param scaling how the frequencies are changed for longer texts
     */
    record Rotary(double theta, double fraction, RotaryScaling scaling) implements Positions {

        /** Checks the numbers. */
        public Rotary {
            if (!(theta > 0 && Double.isFinite(theta))) {
                throw new IllegalArgumentException("rotary_theta: %s is not a number above 0".formatted(theta));
            }
            if (!(fraction > 0 && fraction <= 1)) {
                throw new IllegalArgumentException(
                        "rotary_fraction: %s is not above 0 and at most 1".formatted(fraction));
            }
        }

        @Override
        public Kind kind() {
            return Kind.ROTARY;
        }

        @Override
        public boolean ofTokens() {
            return false;
        }

        /** R, the number of a head's numbers that are rotated; even. */
        @Override
        public int rowLength(ModelConfig config) {
            return (int) (config.headWidth() * fraction);
        }

        /** The angle per position of each pair of numbers, in radians, R/2 of them. */
        public float[] speeds(ModelConfig config) {
            return RotaryPositions.speeds(this, rowLength(config));
        }

        @Override
        public float[] table(ModelConfig config) {
            return RotaryPositions.table(this, config.context(), rowLength(config));
        }

        @Override
        public NDArray placeTokens(NDArray embeddings, NDArray rows) {
            return embeddings;
        }

        @Override
        public NDArray placeQueriesOrKeys(NDArray x, NDArray rows) {
            return RotaryPositions.turn(x, rows);
        }
    }
}
