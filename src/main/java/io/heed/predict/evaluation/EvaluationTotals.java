package io.heed.predict.evaluation;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How well a model predicts one or several texts: sums over tokens, from which all measures follow. Measures are NaN (0/0) if nothing
 * was scored.
 *
 * @param tokens the number of tokens scored
 * @param bytes the length of their text, in bytes of UTF-8
 * @param unknown the number of tokens for words that are not in the vocabulary
 * @param nats the sum of {@code −ln p} over all tokens
 * @param right the number of tokens that were the likeliest
 * @param rightOfFive the number of tokens that were among the five likeliest
 * @param positions the same by the number of tokens read before, from 1 to the context
 * @param bins the same by the model's confidence, in equal bins from 0 to 1
 */
@JsonPropertyOrder({
    "tokens",
    "unknown",
    "bytes",
    "loss",
    "perplexity",
    "bits_per_byte",
    "accuracy",
    "accuracy_at_5",
    "calibration_error",
    "positions",
    "bins"
})
public record EvaluationTotals(
        long tokens,
        long bytes,
        long unknown,
        @JsonIgnore double nats,
        @JsonIgnore long right,
        @JsonIgnore long rightOfFive,
        @JsonIgnore List<Position> positions,
        List<Bin> bins)
        implements Serializable {

    /** The number of bins of confidence, as in Guo et al. 2017. */
    public static final int BINS = 15;

    /**
     * Tokens with about equally many tokens before them.
     *
     * @param before the number of tokens read before, or the least such number
     * @param to the largest such number
     * @param tokens the number of tokens scored there
     * @param nats the sum of {@code −ln p} over them
     * @param right the number of tokens that were the likeliest
     * @param rightOfFive the number of tokens that were among the five likeliest
     */
    @JsonPropertyOrder({"before", "tokens", "loss", "accuracy", "accuracy_at_5"})
    public record Position(
            int before,
            @JsonIgnore int to,
            long tokens,
            @JsonIgnore double nats,
            @JsonIgnore long right,
            @JsonIgnore long rightOfFive)
            implements Serializable {

        /** The mean of {@code −ln p}, in nats. */
        @JsonProperty
        public double loss() {
            return nats / tokens;
        }

        /** The share of tokens that were the likeliest. */
        @JsonProperty
        public double accuracy() {
            return (double) right / tokens;
        }

        /** The share of tokens that were among the five likeliest. */
        @JsonProperty("accuracy_at_5")
        public double accuracyAtFive() {
            return (double) rightOfFive / tokens;
        }

        private Position plus(Position other) {
            return new Position(
                    Math.min(before, other.before),
                    Math.max(to, other.to),
                    tokens + other.tokens,
                    nats + other.nats,
                    right + other.right,
                    rightOfFive + other.rightOfFive);
        }
    }

    /**
     * The tokens at which the model was about equally confident of the likeliest one.
     *
     * @param above the likeliest token's probability is above this
     * @param to and at most this
     * @param tokens the number of tokens
     * @param sure the sum of the likeliest tokens' probabilities
     * @param right the number of tokens that were the likeliest
     */
    @JsonPropertyOrder({"above", "to", "tokens", "confidence", "accuracy"})
    public record Bin(
            double above,
            double to,
            long tokens,
            @JsonIgnore double sure,
            @JsonIgnore long right) implements Serializable {

        /** The mean probability of the likeliest token. */
        @JsonProperty
        public double confidence() {
            return sure / tokens;
        }

        /** The share of tokens that were the likeliest. */
        @JsonProperty
        public double accuracy() {
            return (double) right / tokens;
        }

        private Bin plus(Bin other) {
            return new Bin(above, to, tokens + other.tokens, sure + other.sure, right + other.right);
        }
    }

    /** Copies the lists. */
    public EvaluationTotals {
        positions = List.copyOf(positions);
        bins = List.copyOf(bins);
    }

    /** The mean of {@code −ln p}, in nats per token: the cross-entropy that training minimizes. */
    @JsonProperty
    public double loss() {
        return nats / tokens;
    }

    /** {@code exp(loss)}: as if each token were one of that many equally likely ones. */
    @JsonProperty
    public double perplexity() {
        return Math.exp(loss());
    }

    /** The bits that the model needs to encode a byte of the text; comparable between tokenizers. */
    @JsonProperty
    public double bitsPerByte() {
        return nats / Math.log(2) / bytes;
    }

    /** The share of tokens that were the likeliest. */
    @JsonProperty
    public double accuracy() {
        return (double) right / tokens;
    }

    /** The share of tokens that were among the five likeliest. */
    @JsonProperty("accuracy_at_5")
    public double accuracyAtFive() {
        return (double) rightOfFive / tokens;
    }

    /**
     * The expected calibration error of the likeliest token (Guo et al. 2017, arXiv 1706.04599): the mean over all tokens of the gap
     * between confidence and accuracy in a token's bin. It is 0 if tokens predicted with probability 0.7 come in 7 of 10 cases.
     */
    @JsonProperty
    public double calibrationError() {
        return bins.stream()
                        .filter(bin -> bin.tokens > 0)
                        .mapToDouble(bin -> Math.abs(bin.right - bin.sure))
                        .sum()
                / tokens;
    }

    /** The positions at which tokens were scored. */
    @JsonProperty("positions")
    public List<Position> scored() {
        return positions.stream().filter(position -> position.tokens > 0).toList();
    }

    /** The positions in buckets, each twice as wide as the one before (1, 2, 3 to 4, 5 to 8, …), without empty ones. */
    public List<Position> buckets() {
        List<Position> buckets = new ArrayList<>();
        for (int from = 0, to = 1; from < positions.size(); from = to, to *= 2) {
            positions.subList(from, Math.min(to, positions.size())).stream()
                    .reduce(Position::plus)
                    .filter(bucket -> bucket.tokens > 0)
                    .ifPresent(buckets::add);
        }
        return buckets;
    }

    /** Adds the totals of other texts by the same model. */
    public EvaluationTotals plus(EvaluationTotals other) {
        List<Position> places = new ArrayList<>();
        for (int i = 0; i < positions.size(); i++) {
            places.add(positions.get(i).plus(other.positions.get(i)));
        }
        List<Bin> parts = new ArrayList<>();
        for (int i = 0; i < bins.size(); i++) {
            parts.add(bins.get(i).plus(other.bins.get(i)));
        }
        return new EvaluationTotals(
                tokens + other.tokens,
                bytes + other.bytes,
                unknown + other.unknown,
                nats + other.nats,
                right + other.right,
                rightOfFive + other.rightOfFive,
                places,
                parts);
    }

    /** Totals that grow token by token; not thread-safe. */
    static final class Tally {

        private final double[] nats;
        private final long[] tokens;
        private final long[] right;
        private final long[] rightOfFive;
        private final double[] sure = new double[BINS];
        private final long[] inBin = new long[BINS];
        private final long[] rightInBin = new long[BINS];
        private long unknown;

        /** Creates an empty tally. */
        Tally(int context) {
            nats = new double[context];
            tokens = new long[context];
            right = new long[context];
            rightOfFive = new long[context];
        }

        /**
         * Counts a token.
         *
         * @param before the number of tokens read before it, from 1 to the context
         * @param log its {@code ln p}
         * @param rank its rank, from 1
         * @param highest {@code ln p} of the likeliest token
         */
        void add(int before, double log, int rank, double highest, boolean stranger) {
            int hit = rank == 1 ? 1 : 0;
            nats[before - 1] -= log;
            tokens[before - 1]++;
            right[before - 1] += hit;
            rightOfFive[before - 1] += rank <= 5 ? 1 : 0;
            double confidence = Math.exp(highest);
            int bin = Math.max(0, Math.min(BINS, (int) Math.ceil(confidence * BINS)) - 1);
            sure[bin] += confidence;
            inBin[bin]++;
            rightInBin[bin] += hit;
            unknown += stranger ? 1 : 0;
        }

        /** Adds another tally. */
        void add(Tally other) {
            for (int i = 0; i < nats.length; i++) {
                nats[i] += other.nats[i];
                tokens[i] += other.tokens[i];
                right[i] += other.right[i];
                rightOfFive[i] += other.rightOfFive[i];
            }
            for (int i = 0; i < BINS; i++) {
                sure[i] += other.sure[i];
                inBin[i] += other.inBin[i];
                rightInBin[i] += other.rightInBin[i];
            }
            unknown += other.unknown;
        }

        /** The totals, for a text of this many bytes. */
        EvaluationTotals evaluation(long bytes) {
            List<Position> positions = new ArrayList<>();
            for (int i = 0; i < nats.length; i++) {
                positions.add(new Position(i + 1, i + 1, tokens[i], nats[i], right[i], rightOfFive[i]));
            }
            List<Bin> bins = new ArrayList<>();
            for (int i = 0; i < BINS; i++) {
                bins.add(new Bin((double) i / BINS, (i + 1.0) / BINS, inBin[i], sure[i], rightInBin[i]));
            }
            return new EvaluationTotals(
                    Arrays.stream(tokens).sum(),
                    bytes,
                    unknown,
                    Arrays.stream(nats).sum(),
                    Arrays.stream(right).sum(),
                    Arrays.stream(rightOfFive).sum(),
                    positions,
                    bins);
        }
    }
}
