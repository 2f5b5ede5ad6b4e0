package io.heed.predict;

import io.heed.HeedException;
import io.heed.Seeds;
import io.heed.model.Distribution;
import java.util.BitSet;

/**
 * How the next token is chosen: the penalty, the temperature, top-k, top-p and min-p apply in this order, then a draw decides.
 *
 * @param temperature T: 0 always takes the likeliest token; otherwise probabilities are softmax(logits / T), with 1 those of the model
 *     and higher values more random
 * @param topK draw from this many of the likeliest tokens; 0 for all (Fan et al., arXiv 1805.04833)
 * @param topP draw from the fewest likeliest tokens whose probabilities sum to at least this; 1 for all (Holtzman et al., arXiv
 *     1904.09751)
 * @param minP draw from tokens at least this many times as likely as the likeliest; 0 for all (Nguyen et al., arXiv 2407.01082)
 * @param repetitionPenalty θ: a token already in the text gets logit/θ if its logit is positive, else logit·θ; 1 for none (Keskar et
 *     al., arXiv 1909.05858)
 * @param seed the seed of the draws; each is derived from it and the draw's number
 */
public record Sampling(double temperature, int topK, double topP, double minP, double repetitionPenalty, long seed) {

    /** Always the likeliest token. */
    public static final Sampling GREEDY = new Sampling(0, 0, 1, 0, 1, 0);

    /** @throws HeedException if a number is out of its range */
    public Sampling {
        check("temperature", temperature, temperature >= 0 && temperature <= Double.MAX_VALUE, "0 or more");
        check("top-k", topK, topK >= 0, "0 or more");
        check("top-p", topP, topP > 0 && topP <= 1, "above 0, at most 1");
        check("min-p", minP, minP >= 0 && minP <= 1, "0 to 1");
        check(
                "repetition-penalty",
                repetitionPenalty,
                repetitionPenalty > 0 && repetitionPenalty <= Double.MAX_VALUE,
                "above 0");
    }

    private static void check(String name, double value, boolean holds, String range) {
        if (!holds) {
            String shown =
                    value == Math.rint(value) && Math.abs(value) < 1e15 ? String.valueOf((long) value) : "" + value;
            throw new HeedException("%s: %s is out of range; it must be %s".formatted(name, shown, range));
        }
    }

    /** The settings for one of several continuations of the same prompt: each has its own seed. */
    Sampling ofContinuation(int number) {
        long own = Seeds.derive(seed, "continuation", number);
        return new Sampling(temperature, topK, topP, minP, repetitionPenalty, own);
    }

    /**
     * Chooses the token at a position of a text, deterministically.
     *
     * @param logits (V); minus infinity for tokens that must not be chosen
     * @param text the tokens already in the text
     * @param place how many tokens were chosen before
     */
    int choose(float[] logits, BitSet text, long place) {
        return draw(repetitionPenalty == 1 ? logits : penalised(logits, text), place);
    }

    private int draw(float[] logits, long place) {
        if (temperature == 0) {
            return Distribution.likeliest(logits);
        }
        int[] ids = candidates(logits);
        double[] shares = new double[ids.length];
        double highest = logits[Distribution.likeliest(logits)];
        double sum = 0;
        for (int i = 0; i < ids.length; i++) {
            shares[i] = Distribution.ratio(logits[ids[i]], highest, temperature); // 1 for the likeliest
            sum += shares[i];
        }
        int kept = ids.length;
        if (topP < 1) {
            double wanted = topP * sum;
            sum = 0;
            for (kept = 0; kept < ids.length && sum < wanted; kept++) {
                sum += shares[kept];
            }
        }
        if (minP > 0) {
            double most = 0;
            for (int i = 0; i < kept; i++) {
                shares[i] = shares[i] < minP ? 0 : shares[i];
                most += shares[i];
            }
            sum = most;
        }
        double draw = Seeds.random(seed, "sample", place).nextDouble() * sum;
        return ids[pick(shares, kept, draw)];
    }

    /** The index in whose share a number lies; where rounding leaves a rest, the last that could be drawn. */
    private static int pick(double[] shares, int count, double number) {
        int last = 0;
        for (int i = 0; i < count && !(number < 0); i++) {
            if (shares[i] > 0) {
                last = i;
                number -= shares[i];
            }
        }
        return last;
    }

    /** The logits with the penalty applied to those of a text's tokens. */
    float[] penalised(float[] logits, BitSet text) {
        float[] penalised = logits.clone();
        for (int id = text.nextSetBit(0); id >= 0 && id < logits.length; id = text.nextSetBit(id + 1)) {
            if (logits[id] > Float.NEGATIVE_INFINITY) {
                double logit = logits[id] > 0 ? logits[id] / repetitionPenalty : logits[id] * repetitionPenalty;
                penalised[id] =
                        (float) Math.max(-Float.MAX_VALUE, Math.min(Float.MAX_VALUE, logit)); // finite, so none is NaN
            }
        }
        return penalised;
    }

    /** The tokens to draw from, likeliest first where that matters. */
    private int[] candidates(float[] logits) {
        if (topK > 0 || topP < 1) {
            return Distribution.likeliest(logits, topK > 0 ? topK : logits.length);
        }
        int[] all = new int[logits.length];
        for (int id = 0; id < all.length; id++) {
            all[id] = id;
        }
        return all;
    }
}
