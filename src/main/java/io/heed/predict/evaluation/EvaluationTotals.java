package io.heed.predict.evaluation;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How well a model foresees a text, or several: sums over their tokens, from which all measures follow. Each is empty, 0/0, where
 * nothing was scored.
 *
 * @param tokens how many tokens were scored
 * @param bytes how long the text is that they stand for, in bytes of UTF-8
 * @param unknown how many of them stand for words that the vocabulary does not have
 * @param nats the sum of {@code −ln p} of all of them
 * @param right of how many the likeliest was the one that came
 * @param rightOfFive of how many the one that came was among the five likeliest
 * @param positions the same by how many tokens were read before: from 1 to the context
 * @param bins the same by how sure the model was, from 0 to 1 in {@value #BINS} equal parts
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
        List<Bin> bins) {

    /** Into how many parts confidence is cut, as in Guo et al. 2017. */
    public static final int BINS = 15;

    /**
     * Tokens before which equally much was read.
     *
     * @param before how many tokens were read before, or at least so many
     * @param to or at most so many
     * @param tokens how many tokens were scored there
     * @param nats the sum of {@code −ln p} of them
     * @param right of how many the likeliest was the one that came
     * @param rightOfFive of how many the one that came was among the five likeliest
     */
    @JsonPropertyOrder({"before", "tokens", "loss", "accuracy", "accuracy_at_5"})
    public record Position(
            int before,
            @JsonIgnore int to,
            long tokens,
            @JsonIgnore double nats,
            @JsonIgnore long right,
            @JsonIgnore long rightOfFive) {

        /** The mean of {@code −ln p}, in nats. */
        @JsonProperty
        public double loss() {
            return nats / tokens;
        }

        /** The share of tokens of which the likeliest was the one that came. */
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
     * Tokens of whose likeliest candidate the model was about equally sure.
     *
     * @param above it gave it a probability of more than this
     * @param to and of at most this
     * @param tokens how many tokens that were
     * @param sure the sum of the probabilities of the likeliest
     * @param right how often the likeliest was the one that came
     */
    @JsonPropertyOrder({"above", "to", "tokens", "confidence", "accuracy"})
    public record Bin(
            double above,
            double to,
            long tokens,
            @JsonIgnore double sure,
            @JsonIgnore long right) {

        /** The mean probability of the likeliest. */
        @JsonProperty
        public double confidence() {
            return sure / tokens;
        }

        /** How often it was the one that came, as a share. */
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

    /** The mean of {@code −ln p}, in nats a token: the cross-entropy that training makes less. */
    @JsonProperty
    public double loss() {
        return nats / tokens;
    }

    /** {@code exp(loss)}: among how many equally likely tokens the model chose each time. */
    @JsonProperty
    public double perplexity() {
        return Math.exp(loss());
    }

    /** How many bits a byte of the text takes when the model says which token comes: comparable between tokenizers. */
    @JsonProperty
    public double bitsPerByte() {
        return nats / Math.log(2) / bytes;
    }

    /** The share of tokens of which the likeliest was the one that came. */
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
     * The expected calibration error of the likeliest token (Guo et al. 2017, arXiv 1706.04599): the mean over all tokens of how far,
     * in a token's bin, confidence is from accuracy. 0 where what is said to be likely by 0.7 comes in 7 of 10 cases.
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

    /** The positions in buckets, each twice as wide as the one before: 1, 2, 3 to 4, 5 to 8 and so on; those without tokens left out. */
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

    /** Adds what was found of other texts by the same model. */
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

    /** Sums that grow token by token; not for several threads at once. */
    static final class Tally {

        private final double[] nats;
        private final long[] tokens;
        private final long[] right;
        private final long[] rightOfFive;
        private final double[] sure = new double[BINS];
        private final long[] inBin = new long[BINS];
        private final long[] rightInBin = new long[BINS];
        private long unknown;

        /** Begins at nothing. */
        Tally(int context) {
            nats = new double[context];
            tokens = new long[context];
            right = new long[context];
            rightOfFive = new long[context];
        }

        /**
         * Counts a token.
         *
         * @param before how many tokens were read before it, from 1 to the context
         * @param log {@code ln p} of it
         * @param rank from 1
         * @param highest {@code ln p} of the likeliest
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

        /** Adds what another counted. */
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

        /** What was counted, of a text of so many bytes. */
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
