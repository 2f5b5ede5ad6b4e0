package io.heed.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Softmax, temperature and drawing, by hand. */
class DistributionTest {

    private static final double EXACT = 1e-9;

    /** Probabilities .5, .2 and .3: softmax of their logarithms. */
    private static final Distribution HALF =
            Distribution.softmax(new float[] {(float) Math.log(.5), (float) Math.log(.2), (float) Math.log(.3)});

    @Nested
    class Softmax {

        @Test
        void is_the_share_of_each_exponential() {
            Distribution softmax = Distribution.softmax(new float[] {0, 1, 2});
            double sum = 1 + Math.E + Math.E * Math.E; // e⁰ + e¹ + e²
            assertThat(softmax.probability(0)).isEqualTo(1 / sum, within(EXACT));
            assertThat(softmax.probability(1)).isEqualTo(Math.E / sum, within(EXACT));
            assertThat(softmax.probability(2)).isEqualTo(Math.E * Math.E / sum, within(EXACT));
        }

        @Test
        void does_not_change_when_all_logits_move() {
            Distribution moved = Distribution.softmax(new float[] {1000, 1001, 1002});
            Distribution softmax = Distribution.softmax(new float[] {0, 1, 2});
            for (int id = 0; id < 3; id++) {
                assertThat(moved.probability(id)).isEqualTo(softmax.probability(id), within(EXACT));
            }
        }

        @Test
        void holds_for_logits_whose_exponentials_do_not() {
            Distribution extreme = Distribution.softmax(new float[] {-3e38f, 3e38f, 0});
            assertThat(extreme.probability(0)).isZero();
            assertThat(extreme.probability(1)).isEqualTo(1);
        }

        @Test
        void of_equal_logits_is_even() {
            Distribution even = Distribution.softmax(new float[] {7, 7, 7, 7});
            assertThat(even.probability(2)).isEqualTo(.25, within(EXACT));
        }
    }

    @Nested
    class Likeliest {

        @Test
        void come_in_order_of_probability() {
            assertThat(HALF.likeliest(3)).containsExactly(0, 2, 1);
            assertThat(HALF.likeliest(2)).containsExactly(0, 2);
        }

        @Test
        void of_the_same_probability_come_in_order_of_their_ids() {
            assertThat(Distribution.softmax(new float[] {1, 2, 1, 2}).likeliest(4))
                    .containsExactly(1, 3, 0, 2);
        }

        @Test
        void are_all_where_more_are_asked_for() {
            assertThat(HALF.likeliest(99)).hasSize(3);
        }
    }

    @Nested
    class Sharpened {

        @Test
        void by_a_temperature_of_one_stays_as_it_is() {
            assertProbabilities(HALF.sharpened(1, List.of(0, 2, 1)), .5, .2, .3);
        }

        @Test
        void by_half_a_degree_is_squared() {
            // .25, .04 and .09 of .38
            assertProbabilities(HALF.sharpened(.5, List.of(0, 2, 1)), .25 / .38, .04 / .38, .09 / .38);
        }

        @Test
        void to_some_tokens_shares_all_among_them() {
            assertProbabilities(HALF.sharpened(1, List.of(0, 2)), .5 / .8, 0, .3 / .8);
        }

        @Test
        void by_hardly_any_temperature_is_the_likeliest() {
            assertProbabilities(HALF.sharpened(1e-300, List.of(0, 2, 1)), 1, 0, 0);
        }

        @Test
        void by_endless_temperature_is_even() {
            assertProbabilities(HALF.sharpened(1e300, List.of(0, 2, 1)), 1 / 3., 1 / 3., 1 / 3.);
        }

        private static void assertProbabilities(Distribution actual, double... expected) {
            for (int id = 0; id < expected.length; id++) {
                assertThat(actual.probability(id)).isEqualTo(expected[id], within(1e-7)); // logits are float32
            }
        }
    }

    @Nested
    class Draws {

        private static final int COUNT = 10_000;

        /** How often each token is drawn at the places 0, 1, 2, …. */
        private static int[] counts(Sampler sampler) {
            int[] counts = new int[3];
            for (int place = 0; place < COUNT; place++) {
                counts[sampler.choose(HALF, place)]++;
            }
            return counts;
        }

        /** Five standard deviations of a binomial distribution. */
        private static void assertShare(int count, double probability) {
            double deviation = Math.sqrt(COUNT * probability * (1 - probability));
            assertThat((double) count).isEqualTo(COUNT * probability, within(5 * deviation));
        }

        @Test
        void are_as_frequent_as_they_are_likely() {
            int[] counts = counts(new Sampler(1, 0, 1));
            assertShare(counts[0], .5);
            assertShare(counts[1], .2);
            assertShare(counts[2], .3);
        }

        @Test
        void from_the_two_likeliest_never_give_the_third() {
            int[] counts = counts(new Sampler(1, 2, 1));
            assertThat(counts[1]).isZero();
            assertShare(counts[0], .5 / .8);
        }

        @Test
        void at_no_temperature_give_the_likeliest_always() {
            assertThat(counts(Sampler.GREEDY)).containsExactly(COUNT, 0, 0);
        }

        @Test
        void of_another_seed_are_others() {
            StringBuilder one = new StringBuilder();
            StringBuilder other = new StringBuilder();
            for (int place = 0; place < 50; place++) {
                one.append(new Sampler(1, 0, 1).choose(HALF, place));
                other.append(new Sampler(1, 0, 2).choose(HALF, place));
            }
            assertThat(one.toString()).isNotEqualTo(other.toString());
        }
    }
}
