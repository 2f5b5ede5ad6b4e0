package io.heed.text.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Sequences as rows of inputs and targets. */
class BatchTest {

    private static final long NONE = -100; // what PyTorch's cross entropy ignores
    private final Batch batch = Batch.of(List.of(new long[] {5, 6, 7, 8}, new long[] {9, 4}));

    @Test
    void a_row_is_as_long_as_the_longest_sequence_without_its_last_id() {
        assertThat(batch.rows()).isEqualTo(2);
        assertThat(batch.columns()).isEqualTo(3);
    }

    @Test
    void targets_are_the_inputs_shifted_by_one() {
        assertThat(batch.inputs()).startsWith(5, 6, 7);
        assertThat(batch.targets()).startsWith(6, 7, 8);
    }

    @Test
    void a_short_row_is_padded_with_positions_without_a_target() {
        assertThat(batch.inputs()).endsWith(9, 0, 0);
        assertThat(batch.targets()).endsWith(4, NONE, NONE);
    }

    @Test
    void only_real_targets_count() {
        assertThat(batch.targetCount()).isEqualTo(3 + 1);
    }

    @Test
    void a_part_of_the_rows_counts_its_own_targets() {
        Batch second = batch.split(2).get(1);
        assertThat(second.rows()).isEqualTo(1);
        assertThat(second.inputs()).containsExactly(9, 0, 0);
        assertThat(second.targets()).containsExactly(4, NONE, NONE);
        assertThat(second.targetCount()).isEqualTo(1);
    }

    @Test
    void parts_hold_every_row_once_and_in_order() {
        Batch seven =
                Batch.of(IntStream.range(0, 7).mapToObj(i -> new long[] {i, 9}).toList());
        List<Batch> parts = seven.split(4);
        assertThat(parts).extracting(Batch::rows).containsExactly(1, 2, 2, 2);
        assertThat(parts.stream().flatMapToLong(part -> Arrays.stream(part.inputs())))
                .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
    }
}
