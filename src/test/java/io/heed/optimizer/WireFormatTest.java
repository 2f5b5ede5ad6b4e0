package io.heed.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What workers send of their weights. */
final class WireFormatTest {

    private static float[] random(int seed, int length, double size) {
        Random random = new Random(seed);
        float[] numbers = new float[length];
        for (int i = 0; i < length; i++) {
            numbers[i] = (float) (size * random.nextGaussian());
        }
        return numbers;
    }

    private static float[] mean(WireFormat wire, float[] start, float[]... reached) {
        List<byte[]> messages = List.of(reached).stream()
                .map(weights -> wire.encode(start, start.length, weights, 0, start.length))
                .toList();
        float[] mean = wire.mean(messages, start.length);
        wire.restore(start, start.length, mean);
        return mean;
    }

    @ParameterizedTest
    @EnumSource
    void the_mean_is_that_of_the_weights(WireFormat wire) { // 2 + (1 + 0.5) / 2, exact in either format
        assertThat(mean(wire, new float[] {2, -4}, new float[] {3, -4.25f}, new float[] {2.5f, -4}))
                .containsExactly(2.75f, -4.125f);
    }

    @Test
    void thirty_two_bits_are_exact_for_one_worker() {
        float[] reached = random(2, 9_000, 1e-3);
        assertThat(mean(WireFormat.FLOAT32, random(1, 9_000, 1), reached)).isEqualTo(reached);
    }

    /** Half precision has 11 significant bits; what is small beside the largest of its block has fewer. */
    @ParameterizedTest
    @ValueSource(doubles = {1e-30, 1e-9, 1e-4, 1, 1e6})
    void sixteen_bits_keep_three_digits_of_differences_of_any_size(double size) {
        float[] start = new float[9_000]; // so that differences are the weights
        float[] reached = random(3, start.length, size);
        float[] mean = mean(WireFormat.FLOAT16, start, reached);
        for (int i = 0; i < reached.length; i++) {
            assertThat(mean[i]).isCloseTo(reached[i], within((float)
                    (Math.abs(reached[i]) * 0x1p-11 + size * 0x1p-26)));
        }
    }

    /** A rounded difference could make a mean of squares negative. */
    @ParameterizedTest
    @EnumSource
    void what_follows_the_weights_is_sent_as_it_is(WireFormat wire) {
        float[] start = {1, 3e8f};
        float[] reached = {1.5f, 1e-3f};
        byte[] message = wire.encode(start, 1, reached, 0, 2);
        float[] mean = wire.mean(List.of(message), 2);
        wire.restore(start, 1, mean);
        assertThat(mean[0]).isEqualTo(1.5f);
        assertThat(mean[1]).isCloseTo(1e-3f, within(1e-6f));
        assertThat(wire.mean(List.of(wire.encode(new float[] {1}, 1, reached, 0, 2)), 2)[1])
                .as("before the first round there is nothing after the weights")
                .isEqualTo(mean[1]);
    }

    @Test
    void what_is_not_zero_stays_so_beside_large_numbers() {
        float[] mean = mean(WireFormat.FLOAT16, new float[4], new float[] {1e-2f, 1e-15f, -1e-30f, 0});
        assertThat(mean[1]).isPositive().isLessThan(1e-12f);
        assertThat(mean[2]).isNegative().isGreaterThan(-1e-12f);
        assertThat(mean[3]).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void slices_make_the_whole(WireFormat wire) {
        float[] start = random(4, 20_001, 1);
        float[] first = random(5, start.length, 1);
        float[] second = random(6, start.length, 1);
        int[] cuts = WireFormat.cuts(start.length, 3);
        float[] joined = new float[start.length];
        long bytes = 0;
        for (int slice = 0; slice < 3; slice++) {
            byte[] one = wire.encode(start, start.length, first, cuts[slice], cuts[slice + 1]);
            byte[] other = wire.encode(start, start.length, second, cuts[slice], cuts[slice + 1]);
            float[] mean = wire.mean(List.of(one, other), cuts[slice + 1] - cuts[slice]);
            System.arraycopy(mean, 0, joined, cuts[slice], mean.length);
            bytes += one.length;
        }
        wire.restore(start, start.length, joined);
        assertThat(joined).isEqualTo(mean(wire, start, first, second));
        assertThat(bytes).isEqualTo(wire.bytes(start.length));
    }

    @Test
    void more_slices_than_blocks_leave_some_empty() {
        assertThat(WireFormat.cuts(5_000, 4)).containsExactly(0, 0, 0, 0, 5_000);
        assertThat(WireFormat.FLOAT16.encode(new float[5_000], 5_000, new float[5_000], 0, 0))
                .isEmpty();
    }

    @Test
    void the_size_is_two_bytes_a_number_and_one_a_block() {
        assertThat(WireFormat.FLOAT16.bytes(10_000)).isEqualTo(2 * 10_000 + 3);
        assertThat(WireFormat.FLOAT32.bytes(10_000)).isEqualTo(4 * 10_000);
    }
}
