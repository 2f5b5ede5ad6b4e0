package io.heed.optimizer;

/**
 * The outer step of DiLoCo (Douillard et al., arXiv 2311.08105): moves weights towards the mean of those that workers reached from them,
 * by stochastic gradient descent with Nesterov's momentum. With difference {@code d = weights − mean}:
 *
 * <pre>
 * velocity = momentum·velocity + d
 * weights = weights − rate·(d + momentum·velocity)
 * </pre>
 *
 * <p>It is computed as {@code mean + (1 − rate)·d − rate·momentum·velocity}, in double precision, so that it goes
 * exactly to the mean with rate 1 and momentum 0.
 *
 * @param rate the learning rate
 * @param momentum the decay rate of the velocity
 */
public record OuterStep(double rate, double momentum) {

    /**
     * Takes one step.
     *
     * @param weights the weights that the workers started from; replaced by the new ones
     * @param mean the mean of the weights that they reached; numbers after these are ignored
     * @param velocity the velocity, of zeros before the first step; replaced by the new one, but not used without momentum
     */
    public void take(float[] weights, float[] mean, float[] velocity) {
        if (rate == 1 && momentum == 0) {
            System.arraycopy(mean, 0, weights, 0, weights.length); // the sum below would lose the sign of a zero
            return;
        }
        for (int i = 0; i < weights.length; i++) {
            double difference = (double) weights[i] - mean[i];
            double moved = mean[i] + (1 - rate) * difference;
            if (momentum > 0) {
                velocity[i] = (float) (momentum * velocity[i] + difference);
                moved -= rate * momentum * velocity[i];
            }
            weights[i] = (float) moved;
        }
    }
}
