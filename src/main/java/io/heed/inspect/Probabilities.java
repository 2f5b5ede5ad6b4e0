package io.heed.inspect;

/** Softmax of one row of logits, in double precision. */
final class Probabilities {

    private Probabilities() {}

    /** Returns {@code ln softmax(logits)[id]}, in nats. */
    static double log(float[] logits, int id) {
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

    /** Returns the id of the largest logit, the first of equals. */
    static int likeliest(float[] logits) {
        int best = 0;
        for (int id = 1; id < logits.length; id++) {
            best = logits[id] > logits[best] ? id : best;
        }
        return best;
    }
}
