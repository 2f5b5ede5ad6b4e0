package io.heed.model;

import java.util.Arrays;

/** The probabilities of the next token: {@code softmax(logits)} of one row of logits, in double precision. */
public final class Distribution {

    private static final double LEAST = -746;

    /** Up to this many, the likeliest are kept in order during one scan; beyond, all tokens are sorted. */
    private static final int FEW = 64;

    private final float[] logits;
    private final double highest;
    private final double sum; // of exp(logit − highest)
    private final double expected; // the sum of (logit − highest)·exp(logit − highest)

    /**
     * Creates the distribution over all rows of a model's output matrix, including rows without a token.
     *
     * @param logits (V)
     */
    public Distribution(float[] logits) {
        this.logits = logits;
        highest = logits[likeliest(logits)];
        double total = 0;
        double weighted = 0;
        for (float logit : logits) {
            double below = logit - highest;
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
        return Math.exp(logits[id] - highest) / sum;
    }

    /** The natural logarithm of a token's probability, in nats; it stays exact where the probability underflows. */
    public double logProbability(int id) {
        return logits[id] - highest - Math.log(sum);
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
            for (int id = 0; id < logits.length && best.length > 0; id++) {
                long key = key(logits[id], id);
                if (found < best.length || key < best[found - 1]) {
                    int at = found < best.length ? found++ : found - 1;
                    for (; at > 0 && best[at - 1] > key; at--) {
                        best[at] = best[at - 1];
                    }
                    best[at] = key;
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
