package io.heed.train;

/**
 * The learning rate of each step: up in a straight line over the warm-up, then down along half a cosine (Loshchilov and Hutter, arXiv
 * 1608.03983).
 *
 * @param peak the highest rate, reached at the last step of the warm-up
 * @param minimum the rate that the cosine ends at
 * @param warmup the number of steps of the warm-up
 * @param steps the number of steps of the run
 */
record Schedule(double peak, double minimum, int warmup, int steps) {

    /** Returns the rate of a step, counted from 0. */
    double rate(int step) {
        if (step < warmup) {
            return peak * (step + 1) / warmup;
        }
        double progress = Math.min(1, (double) (step - warmup) / Math.max(1, steps - warmup));
        return minimum + 0.5 * (peak - minimum) * (1 + Math.cos(Math.PI * progress));
    }
}
