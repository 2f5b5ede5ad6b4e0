package io.heed.text.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Rows cut from one long text: here the ids 0, 1, 2, …, so that an id is its own position. */
class StreamTest {

    private static final int LENGTH = 23;
    private static final int CONTEXT = 5;
    private final Stream stream =
            new Stream(StoredIds.of(LongStream.range(0, LENGTH).toArray()), CONTEXT);

    @Test
    void a_batch_depends_only_on_seed_and_step() {
        Batch later = stream.batch(1, 5, 3);
        stream.batch(2, 9, 3);
        assertThat(stream.batch(1, 5, 3)).usingRecursiveComparison().isEqualTo(later);
    }

    @Test
    void another_step_or_seed_gives_other_rows() {
        assertThat(stream.batch(1, 6, 8).inputs())
                .isNotEqualTo(stream.batch(1, 5, 8).inputs());
        assertThat(stream.batch(2, 5, 8).inputs())
                .isNotEqualTo(stream.batch(1, 5, 8).inputs());
    }

    @Test
    void rows_are_consecutive_ids_and_targets_the_ones_after() {
        Batch batch = stream.batch(1, 0, 50);
        for (int i = 0; i < batch.inputs().length; i++) {
            long first = batch.inputs()[i - i % CONTEXT];
            assertThat(batch.inputs()[i]).isEqualTo(first + i % CONTEXT);
            assertThat(batch.targets()[i]).isEqualTo(batch.inputs()[i] + 1);
        }
        assertThat(batch.columns()).isEqualTo(CONTEXT);
        assertThat(batch.targetCount()).isEqualTo(50 * CONTEXT);
    }

    @Test
    void rows_start_wherever_a_whole_row_fits() {
        TreeSet<Long> starts = new TreeSet<>();
        Batch batch = stream.batch(1, 0, 2000);
        for (int row = 0; row < batch.rows(); row++) {
            starts.add(batch.inputs()[row * CONTEXT]);
        }
        // the last row reads 17…21 and answers 18…22; each of 18 starts is missed with probability (17/18)^2000
        assertThat(starts)
                .containsExactlyElementsOf(LongStream.range(0, 18).boxed().toList());
    }

    @Test
    void all_of_it_has_each_position_but_the_first_once_as_a_target() {
        List<Long> targets = new ArrayList<>();
        for (Batch batch : stream.all(2)) {
            assertThat(batch.rows()).isLessThanOrEqualTo(2);
            LongStream.of(batch.targets())
                    .filter(target -> target != Batch.IGNORED)
                    .forEach(targets::add);
        }
        assertThat(targets)
                .containsExactlyElementsOf(LongStream.range(1, LENGTH).boxed().toList());
        assertThat(stream.targets()).isEqualTo(LENGTH - 1);
    }

    @Test
    void a_text_one_longer_than_the_context_is_one_row() {
        Stream shortest = new Stream(StoredIds.of(4, 5, 6), 2);
        assertThat(shortest.batch(1, 0, 1).inputs()).containsExactly(4, 5);
        assertThat(shortest.all(9)).hasSize(1);
    }
}
