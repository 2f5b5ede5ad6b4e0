package io.heed.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The likeliest tokens of a row of logits, against sorting all of them. */
class ProbabilitiesTest {

    @Test
    void the_likeliest_are_the_first_when_all_are_sorted_equals_by_their_ids() {
        Random random = new Random(1);
        float[] logits = new float[60];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = random.nextInt(20) - 10f;
        }
        List<Integer> sorted = IntStream.range(0, logits.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer id) -> -logits[id])
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
        for (int count : new int[] {0, 1, 3, 59, 60, 100}) {
            assertThat(Probabilities.likeliest(logits, count)).isEqualTo(sorted.subList(0, Math.min(count, 60)));
        }
    }
}
