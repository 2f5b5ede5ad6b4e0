package io.heed.predict;

import io.heed.text.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** How likely each token of a vocabulary comes next: {@code softmax(logits)}, in double precision. */
final class Distribution {

    private final float[] logits;
    private final double highest;
    private final double sum; // of exp(logit − highest)

    /**
     * Creates a distribution over the first tokens of a vocabulary.
     *
     * @param logits (V)
     */
    Distribution(float[] logits) {
        this.logits = logits;
        highest = logits[likeliest(logits)];
        double total = 0;
        for (float logit : logits) {
            total += Math.exp(logit - highest);
        }
        sum = total;
    }

    /** The number of tokens. */
    int size() {
        return logits.length;
    }

    /** The probability of a token. */
    double probability(int id) {
        return Math.exp(logits[id] - highest) / sum;
    }

    /** The natural logarithm of the probability of a token, which stays exact where the probability is too small to hold. */
    double logProbability(int id) {
        return logits[id] - highest - Math.log(sum);
    }

    /** {@code −Σ p ln p}, in nats. */
    double entropy() {
        double expected = 0; // of logit − highest
        for (float logit : logits) {
            double below = logit - highest;
            expected += below == Double.NEGATIVE_INFINITY ? 0 : Math.exp(below) * below;
        }
        return Math.log(sum) - expected / sum;
    }

    /** The likeliest tokens and the entropy. */
    NextWords words(int count, Tokenizer tokenizer) {
        List<NextWord> words = IntStream.of(likeliest(logits, count))
                .mapToObj(id -> new NextWord(tokenizer.token(id), id, probability(id)))
                .toList();
        return new NextWords(words, entropy());
    }

    /** Returns the id of the largest logit, the first of equals. */
    static int likeliest(float[] logits) {
        int best = 0;
        for (int id = 1; id < logits.length; id++) {
            best = logits[id] > logits[best] ? id : best;
        }
        return best;
    }

    /** Returns the ids of the largest logits, the largest first, lower ids before higher ones of the same logit. */
    static int[] likeliest(float[] logits, int count) {
        long[] keys = new long[logits.length]; // the logit's order above, the id below
        for (int id = 0; id < logits.length; id++) {
            int bits = Float.floatToIntBits(logits[id] + 0f); // −0 becomes 0
            int ascending = bits ^ (bits >> 31 & Integer.MAX_VALUE);
            keys[id] = (long) ~ascending << 32 | id;
        }
        Arrays.sort(keys);
        return Arrays.stream(keys, 0, Math.min(count, keys.length))
                .mapToInt(key -> (int) key)
                .toArray();
    }
}
