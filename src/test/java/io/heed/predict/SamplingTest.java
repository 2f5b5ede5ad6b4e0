package io.heed.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.heed.HeedException;
import java.util.BitSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The choice of tokens, worked out by hand. */
class SamplingTest {

    private static final int COUNT = 10_000;
    private static final BitSet NO_TEXT = new BitSet();

    /** The logarithms of .5, .2 and .3. */
    private static float[] logits() {
        return new float[] {(float) Math.log(.5), (float) Math.log(.2), (float) Math.log(.3)};
    }

    /** How often each token is drawn at positions 0, 1, 2, …. */
    private static int[] counts(Sampling sampling) {
        int[] counts = new int[3];
        for (int place = 0; place < COUNT; place++) {
            counts[sampling.choose(logits(), NO_TEXT, place)]++;
        }
        return counts;
    }

    /** Within five standard deviations of a binomial distribution. */
    private static void assertShares(int[] counts, double... shares) {
        for (int id = 0; id < shares.length; id++) {
            double deviation = Math.sqrt(COUNT * shares[id] * (1 - shares[id]));
            assertThat((double) counts[id]).as("token %d", id).isEqualTo(COUNT * shares[id], within(5 * deviation));
        }
    }

    @Test
    void tokens_are_drawn_as_often_as_they_are_likely() {
        assertShares(counts(new Sampling(1, 0, 1, 0, 1, 1)), .5, .2, .3);
    }

    @Test
    void at_half_the_temperature_probabilities_are_squared() {
        // .25, .04 and .09 of .38
        assertShares(counts(new Sampling(.5, 0, 1, 0, 1, 1)), .25 / .38, .04 / .38, .09 / .38);
    }

    @Test
    void infinite_temperature_is_uniform_and_nearly_none_takes_the_likeliest() {
        assertShares(counts(new Sampling(1e300, 0, 1, 0, 1, 1)), 1 / 3., 1 / 3., 1 / 3.);
        assertShares(counts(new Sampling(1e-300, 0, 1, 0, 1, 1)), 1, 0, 0);
        assertThat(counts(Sampling.GREEDY)).containsExactly(COUNT, 0, 0);
    }

    @Test
    void top_k_draws_only_from_the_likeliest() {
        assertShares(counts(new Sampling(1, 2, 1, 0, 1, 1)), .5 / .8, 0, .3 / .8);
        assertShares(counts(new Sampling(1, 99, 1, 0, 1, 1)), .5, .2, .3);
    }

    @ParameterizedTest
    @CsvSource({".4, 1, 0", ".6, .625, .375", ".79, .625, .375"})
    void top_p_draws_from_the_fewest_that_sum_to_it(double topP, double first, double third) {
        assertShares(counts(new Sampling(1, 0, topP, 0, 1, 1)), first, 0, third);
    }

    @Test
    void top_p_of_more_than_the_two_likeliest_keeps_all() {
        assertShares(counts(new Sampling(1, 0, .81, 0, 1, 1)), .5, .2, .3);
    }

    @Test
    void top_p_applies_after_the_temperature() {
        // squared: .658, .105, .237; two of them sum to .895
        assertShares(counts(new Sampling(.5, 0, .85, 0, 1, 1)), .25 / .34, 0, .09 / .34);
    }

    @Test
    void min_p_drops_tokens_much_less_likely_than_the_likeliest() {
        assertShares(counts(new Sampling(1, 0, 1, .5, 1, 1)), .5 / .8, 0, .3 / .8); // .2 < .5·.5 ≤ .3
        assertShares(counts(new Sampling(1, 0, 1, .39, 1, 1)), .5, .2, .3);
        assertShares(counts(new Sampling(1, 0, 1, 1, 1, 1)), 1, 0, 0);
    }

    @Nested
    class RepetitionPenalty {

        private BitSet tokens(int... ids) {
            BitSet tokens = new BitSet();
            IntStream.of(ids).forEach(tokens::set);
            return tokens;
        }

        @Test
        void divides_positive_logits_and_multiplies_negative_ones_of_tokens_in_the_text() {
            Sampling sampling = new Sampling(0, 0, 1, 0, 2, 1);
            float[] logits = {4, 3, -1, -1.5f};
            assertThat(sampling.choose(logits, tokens(0, 2), 3)).isEqualTo(1);
            assertThat(sampling.penalised(logits, tokens(0, 2))).containsExactly(2, 3, -2, -1.5f);
            assertThat(logits).containsExactly(4, 3, -1, -1.5f);
        }

        @ParameterizedTest
        @CsvSource({"1e-300, 0", "1e-300, 1", "1e300, 0", "1e300, 1"})
        void never_allows_a_forbidden_token(double penalty, double temperature) {
            Sampling sampling = new Sampling(temperature, 0, 1, 0, penalty, 1);
            float[] logits = {Float.NEGATIVE_INFINITY, -1, -2, penalty < 1 ? 3 : -3};
            assertThat(sampling.choose(logits, tokens(0, 1, 2, 3), 4)).isPositive();
        }

        @Test
        void of_one_changes_nothing() {
            float[] logits = {4, 3, -1};
            assertThat(Sampling.GREEDY.choose(logits, tokens(0, 1, 2), 3)).isZero();
            assertThat(logits).containsExactly(4, 3, -1);
        }
    }

    @Test
    void another_seed_or_continuation_draws_other_tokens() {
        StringBuilder one = new StringBuilder();
        StringBuilder other = new StringBuilder();
        StringBuilder second = new StringBuilder();
        Sampling sampling = new Sampling(1, 0, 1, 0, 1, 1);
        for (int place = 0; place < 50; place++) {
            one.append(sampling.choose(logits(), NO_TEXT, place));
            other.append(new Sampling(1, 0, 1, 0, 1, 2).choose(logits(), NO_TEXT, place));
            second.append(sampling.ofContinuation(1).choose(logits(), NO_TEXT, place));
        }
        assertThat(one.toString()).isNotEqualTo(other.toString()).isNotEqualTo(second.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 0, 1, 0, 1, temperature: -1",
        "NaN, 0, 1, 0, 1, temperature: NaN",
        "1, -3, 1, 0, 1, top-k: -3",
        "1, 0, 0, 0, 1, top-p: 0",
        "1, 0, 1.5, 0, 1, top-p: 1.5",
        "1, 0, 1, 2, 1, min-p: 2",
        "1, 0, 1, 0, 0, repetition-penalty: 0"
    })
    void numbers_out_of_range_are_refused(
            double temperature, int topK, double topP, double minP, double penalty, String message) {
        assertThatThrownBy(() -> new Sampling(temperature, topK, topP, minP, penalty, 1))
                .isInstanceOf(HeedException.class)
                .hasMessageStartingWith(message + " is out of range; it must be");
    }
}
