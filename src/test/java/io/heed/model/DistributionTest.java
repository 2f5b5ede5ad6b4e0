package io.heed.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Softmax and quantities derived from it, by hand. */
class DistributionTest {

    private static final double EXACT = 1e-9;

    @Nested
    class Softmax {

        @Test
        void is_the_share_of_each_exponential() {
            Distribution softmax = new Distribution(new float[] {0, 1, 2});
            double sum = 1 + Math.E + Math.E * Math.E; // e⁰ + e¹ + e²
            for (int id = 0; id < 3; id++) {
                assertThat(softmax.probability(id)).isEqualTo(Math.exp(id) / sum, within(EXACT));
                assertThat(softmax.logProbability(id)).isEqualTo(id - Math.log(sum), within(EXACT));
            }
        }

        @Test
        void divides_logits_by_the_temperature() {
            float[] logits = {0, 1, 2};
            Distribution hard = new Distribution(logits, .5); // e⁰ + e² + e⁴
            double sum = 1 + Math.exp(2) + Math.exp(4);
            double entropy = 0;
            for (int id = 0; id < 3; id++) {
                double share = Math.exp(2 * id) / sum;
                entropy -= share * Math.log(share);
                assertThat(hard.probability(id)).isEqualTo(share, within(EXACT));
                assertThat(hard.logProbability(id)).isEqualTo(2 * id - Math.log(sum), within(EXACT));
            }
            assertThat(hard.entropy()).isEqualTo(entropy, within(EXACT));
            assertThat(new Distribution(logits, 1e9).probability(0)).isEqualTo(1 / 3., within(1e-8));
            assertThat(new Distribution(logits, Double.MIN_VALUE).probability(2))
                    .isEqualTo(1);
        }

        @Test
        void does_not_change_when_all_logits_move() {
            Distribution moved = new Distribution(new float[] {1000, 1001, 1002});
            Distribution softmax = new Distribution(new float[] {0, 1, 2});
            for (int id = 0; id < 3; id++) {
                assertThat(moved.probability(id)).isEqualTo(softmax.probability(id), within(EXACT));
            }
        }

        @Test
        void holds_for_logits_whose_exponentials_do_not() {
            Distribution extreme = new Distribution(new float[] {-3e38f, 3e38f, 0});
            assertThat(extreme.probability(0)).isZero();
            assertThat(extreme.probability(1)).isEqualTo(1);
            assertThat(extreme.logProbability(2)).isEqualTo(-3e38, within(1e32));
            assertThat(extreme.entropy()).isZero();
        }

        @Test
        void gives_impossible_tokens_no_probability() {
            Distribution two = new Distribution(new float[] {1, Float.NEGATIVE_INFINITY, 1});
            assertThat(two.probability(1)).isZero();
            assertThat(two.entropy()).isEqualTo(Math.log(2), within(EXACT));
        }
    }

    @Test
    void the_entropy_of_equal_logits_is_the_logarithm_of_their_number() {
        assertThat(new Distribution(new float[] {7, 7, 7, 7}).entropy()).isEqualTo(Math.log(4), within(EXACT));
    }

    @Test
    void the_entropy_is_the_mean_of_minus_ln_p() {
        Distribution half =
                new Distribution(new float[] {(float) Math.log(.5), (float) Math.log(.2), (float) Math.log(.3)});
        double entropy = -.5 * Math.log(.5) - .2 * Math.log(.2) - .3 * Math.log(.3);
        assertThat(half.entropy()).isEqualTo(entropy, within(1e-7)); // logits are float32
    }

    @Nested
    class Likeliest {

        private final float[] logits = {-.5f, -2, 1, -1e-30f, 0, 3e38f, -3e38f};

        @Test
        void come_in_order_of_their_logits() {
            assertThat(Distribution.likeliest(logits, 7)).containsExactly(5, 2, 4, 3, 0, 1, 6);
            assertThat(Distribution.likeliest(logits, 2)).containsExactly(5, 2);
            assertThat(Distribution.likeliest(logits)).isEqualTo(5);
        }

        @Test
        void with_equal_logits_come_in_order_of_their_ids() {
            assertThat(Distribution.likeliest(new float[] {1, 2, 1, 2}, 4)).containsExactly(1, 3, 0, 2);
            assertThat(Distribution.likeliest(new float[] {-0f, 0f, -0f}, 3)).containsExactly(0, 1, 2);
        }

        @Test
        void are_the_first_when_all_are_sorted_equals_by_their_ids() {
            Random random = new Random(1);
            float[] some = new float[60];
            for (int i = 0; i < some.length; i++) {
                some[i] = random.nextInt(20) - 10f;
            }
            List<Integer> sorted = IntStream.range(0, some.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer id) -> -some[id])
                            .thenComparing(Comparator.naturalOrder()))
                    .toList();
            for (int count : new int[] {0, 1, 3, 59, 60, 100}) {
                assertThat(IntStream.of(Distribution.likeliest(some, count))
                                .boxed()
                                .toList())
                        .isEqualTo(sorted.subList(0, Math.min(count, 60)));
            }
        }

        @Test
        void are_the_same_whether_a_few_or_all_are_sorted() {
            float[] many = new float[500];
            for (int id = 0; id < many.length; id++) {
                many[id] = (id * 7919 % 211) / 10f - 9;
            }
            int[] all = Distribution.likeliest(many, 500);
            for (int count : new int[] {1, 2, 64, 65, 499}) {
                assertThat(Distribution.likeliest(many, count)).isEqualTo(java.util.Arrays.copyOf(all, count));
            }
        }

        @Test
        void are_all_if_more_are_asked_for() {
            assertThat(Distribution.likeliest(logits, 99)).hasSize(7);
            assertThat(Distribution.likeliest(logits, 0)).isEmpty();
        }
    }
}
