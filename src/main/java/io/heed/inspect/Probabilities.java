package io.heed.inspect;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

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
        return IntStream.range(0, logits.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer id) -> -logits[id])
                        .thenComparing(Comparator.naturalOrder()))
                .limit(count)
                .toList();
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
