package io.heed.inspect;

import java.util.Arrays;
import java.util.List;

/** What one row of logits says of the token that comes next, in double precision. */
public final class Probabilities {

    private Probabilities() {}

    /** Returns {@code ln softmax(logits)[id]}, in nats. */
    public static double log(float[] logits, int id) {
        double highest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            highest = Math.max(highest, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - highest);
        }
        return logits[id] - highest - Math.log(sum);
    }

    /** Returns the ids of the largest logits, the largest first, lower ids before higher ones of the same logit. */
    public static List<Integer> likeliest(float[] logits, int count) {
        int[] best = new int[Math.min(count, logits.length)];
        int found = 0;
        for (int id = 0; id < logits.length && best.length > 0; id++) {
            if (found == best.length && logits[id] <= logits[best[found - 1]]) {
                continue;
            }
            found = Math.min(found + 1, best.length);
            int at = found - 1;
            for (; at > 0 && logits[id] > logits[best[at - 1]]; at--) {
                best[at] = best[at - 1];
            }
            best[at] = id;
        }
        return Arrays.stream(best).boxed().toList();
    }

    /** Returns the id of the largest logit, the first of equals. */
    static int likeliest(float[] logits) {
        int best = 0;
        for (int id = 1; id < logits.length; id++) {
            best = logits[id] > logits[best] ? id : best;
        }
        return best;
    }
}
