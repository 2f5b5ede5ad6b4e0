package io.heed.model;

import java.util.Arrays;

/** The probabilities of the next token: {@code softmax(logits / T)} of one row of logits, in double precision. */
public final class Distribution {

    private static final double LEAST = -746;

    /** Up to this many, the likeliest are kept in order during one scan; beyond, all tokens are sorted. */
    private static final int FEW = 64;

    private final float[] logits;
    private final double temperature;
    private final double highest;
    private final double sum; // of exp((logit − highest) / T)
    private final double expected; // the sum of x·exp(x), where x = (logit − highest) / T

    /**
     * Creates the model's own distribution, of temperature 1, over all rows of its output matrix, including rows without a token.
     *
     * @param logits (V)
     */
    public Distribution(float[] logits) {
        this(logits, 1);
    }

    /**
     * Creates the distribution at a temperature: below 1 it is sharper than the model's own, above 1 more even.
     *
     * @param logits (V)
     * @param temperature T, above 0
     */
    public Distribution(float[] logits, double temperature) {
        this.logits = logits;
        this.temperature = temperature;
        highest = logits[likeliest(logits)];
        double total = 0;
        double weighted = 0;
        for (float logit : logits) {
            double below = below(logit, highest, temperature);
            if (below > LEAST) { // below it, the exponential is zero
                double share = Math.exp(below);
                total += share;
                weighted += share * below;
            }
        }
        sum = total;
        expected = weighted;
    }

    /** The probability of a token. */
    public double probability(int id) {
        return ratio(logits[id], highest, temperature) / sum;
    }

    /**
     * How likely a token is beside the likeliest one, the quotient of their probabilities: {@code exp((logit − highest) / T)}.
     *
     * @param highest the largest logit
     * @param temperature T, above 0
     */
    public static double ratio(float logit, double highest, double temperature) {
        return Math.exp(below(logit, highest, temperature));
    }

    private static double below(float logit, double highest, double temperature) {
        return (logit - highest) / temperature;
    }

    /** The natural logarithm of a token's probability, in nats; it stays exact where the probability underflows. */
    public double logProbability(int id) {
        return below(logits[id], highest, temperature) - Math.log(sum);
    }

    /** {@code −Σ p ln p}, in nats. */
    public double entropy() {
        return Math.log(sum) - expected / sum;
    }

    /** Returns the ids of the likeliest tokens, the likeliest first, the lower id first among equal logits. */
    public int[] likeliest(int count) {
        return likeliest(logits, count);
    }

    /** Returns the id of the largest logit, the lowest id among equals. */
    public static int likeliest(float[] logits) {
        int best = 0;
        for (int id = 1; id < logits.length; id++) {
            best = logits[id] > logits[best] ? id : best;
        }
        return best;
    }

    /** Returns the ids of the largest logits, the largest first, the lower id first among equal logits. */
    public static int[] likeliest(float[] logits, int count) {
        long[] best = new long[Math.min(count, logits.length)];
        if (best.length > FEW) {
            long[] all = new long[logits.length];
            Arrays.setAll(all, id -> key(logits[id], id));
            Arrays.sort(all);
            best = Arrays.copyOf(all, best.length);
        } else {
            int found = 0;
            float last = Float.NEGATIVE_INFINITY; // the logit of the last of the best, once there are enough
            for (int id = 0; id < logits.length && best.length > 0; id++) {
                if (found == best.length && logits[id] <= last) {
                    continue; // of equals the lower id comes first
                }
                long key = key(logits[id], id);
                if (found < best.length || key < best[found - 1]) {
                    int at = found < best.length ? found++ : found - 1;
                    for (; at > 0 && best[at - 1] > key; at--) {
                        best[at] = best[at - 1];
                    }
                    best[at] = key;
                    last = logits[(int) best[found - 1]];
                }
            }
        }
        return Arrays.stream(best).mapToInt(key -> (int) key).toArray();
    }

    /** A sort key that puts the likeliest token first: the logit in the high bits, the id in the low bits. */
    private static long key(float logit, int id) {
        int bits = Float.floatToIntBits(logit + 0f); // −0 becomes 0
        int ascending = bits ^ (bits >> 31 & Integer.MAX_VALUE);
        return (long) ~ascending << 32 | id;
    }
}
