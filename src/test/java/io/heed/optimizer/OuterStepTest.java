package io.heed.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** The outer step, by the formula worked by hand. */
final class OuterStepTest {

    @Test
    void moves_by_rate_and_momentum() {
        float[] weights = {1};
        float[] velocity = {0};
        OuterStep step = new OuterStep(0.5, 0.5);
        step.take(weights, new float[] {0.5f}, velocity);
        assertThat(velocity).containsExactly(0.5f); // 0.5·0 + 0.5
        assertThat(weights).containsExactly(0.625f); // 1 − 0.5·(0.5 + 0.5·0.5)
        step.take(weights, new float[] {0.375f}, velocity);
        assertThat(velocity).containsExactly(0.5f); // 0.5·0.5 + 0.25
        assertThat(weights[0]).isCloseTo(0.375f, within(1e-7f)); // 0.625 − 0.5·(0.25 + 0.5·0.5)
    }

    @Test
    void goes_exactly_to_the_mean_with_rate_1_and_no_momentum() {
        Random random = new Random(1);
        float[] weights = new float[10_000];
        float[] mean = new float[weights.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(12) - 6));
            mean[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(12) - 6));
        }
        new OuterStep(1, 0).take(weights, mean, new float[weights.length]);
        assertThat(weights).isEqualTo(mean);
    }
}
