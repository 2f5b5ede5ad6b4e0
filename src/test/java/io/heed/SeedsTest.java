package io.heed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random numbers that are a function of seed, purpose and step. */
class SeedsTest {

    @Test
    void the_same_seed_purpose_and_step_give_the_same_numbers() {
        assertThat(Seeds.random(1, "batch", 5).nextLong())
                .isEqualTo(Seeds.random(1, "batch", 5).nextLong());
    }

    @Test
    void a_difference_in_any_of_them_gives_others() {
        Set<Long> all = new HashSet<>();
        for (long seed = -50; seed < 50; seed++) {
            for (String purpose : new String[] {"", "a", "b", "ab", "ba"}) {
                for (long step = -5; step < 15; step++) {
                    all.add(Seeds.derive(seed, purpose, step));
                }
            }
        }
        assertThat(all).hasSize(100 * 5 * 20);
    }

    @Test
    void steps_that_follow_one_another_differ_in_half_their_bits() {
        int bits = 0;
        int steps = 10_000;
        for (int step = 0; step < steps; step++) {
            bits += Long.bitCount(Seeds.derive(1, "batch", step) ^ Seeds.derive(1, "batch", step + 1));
        }
        // of 64 bits 32 differ; binomial, the mean of 10,000 deviates by √(64/4)/100 = .04
        assertThat((double) bits / steps).isBetween(31.8, 32.2);
    }
}
