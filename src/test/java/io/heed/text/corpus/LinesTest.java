package io.heed.text.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import io.heed.text.DataFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Sentences in batches: sentence n holds the ids 10n, 10n+1, … and is 2+n long, so that its first id names it. */
class LinesTest {

    private static final int SENTENCES = 7;
    private final Lines lines = lines(sentences(), 100);

    private static Lines lines(List<long[]> sentences, int context) {
        long[] starts = new long[sentences.size() + 1];
        for (int i = 0; i < sentences.size(); i++) {
            starts[i + 1] = starts[i] + sentences.get(i).length;
        }
        long[] ids = sentences.stream().flatMapToLong(LongStream::of).toArray();
        return new Lines(StoredIds.of(ids), StoredIds.of(starts), context, null);
    }

    private static List<long[]> sentences() {
        List<long[]> sentences = new ArrayList<>();
        for (int n = 0; n < SENTENCES; n++) {
            sentences.add(LongStream.range(10L * n, 10L * n + 2 + n).toArray());
        }
        return sentences;
    }

    /** The first id of each row of some steps. */
    private static List<Long> firsts(Lines lines, long seed, long steps, int size) {
        List<Long> firsts = new ArrayList<>();
        for (long step = 0; step < steps; step++) {
            Batch batch = lines.batch(seed, step, size);
            for (int row = 0; row < batch.rows(); row++) {
                firsts.add(batch.inputs()[row * batch.columns()]);
            }
        }
        return firsts;
    }

    @Test
    void a_batch_depends_only_on_seed_and_step() {
        Batch later = lines.batch(1, 5, 3);
        Lines fresh = lines(sentences(), 100);
        fresh.batch(2, 9, 3); // another request in between
        assertThat(fresh.batch(1, 5, 3)).usingRecursiveComparison().isEqualTo(later);
    }

    @Test
    void another_seed_gives_another_order() {
        assertThat(firsts(lines, 1, 7, 3)).isNotEqualTo(firsts(lines, 2, 7, 3));
    }

    @Test
    void each_line_occurs_once_before_any_occurs_again() {
        List<Long> rows = firsts(lines, 1, 7, 3); // 7 batches of 3 are 3 epochs of 7
        for (int round = 0; round < 3; round++) {
            assertThat(rows.subList(round * SENTENCES, (round + 1) * SENTENCES))
                    .containsExactlyInAnyOrder(0L, 10L, 20L, 30L, 40L, 50L, 60L);
        }
    }

    @Test
    void each_epoch_has_its_own_order() {
        List<Long> rows = firsts(lines, 1, 7, 3);
        assertThat(rows.subList(0, SENTENCES)).isNotEqualTo(rows.subList(SENTENCES, 2 * SENTENCES));
    }

    @Test
    void every_sentence_comes_first_about_equally_often() {
        int[] counts = new int[SENTENCES];
        int seeds = 7000;
        for (int seed = 0; seed < seeds; seed++) {
            counts[(int) (lines.batch(seed, 0, 1).inputs()[0] / 10)]++;
        }
        // binomial: 1000 expected, standard deviation √(7000·1/7·6/7) = 29; five of them are 145
        for (int count : counts) {
            assertThat(count).isBetween(855, 1145);
        }
    }

    @Test
    void a_long_sentence_is_cut_to_the_context() {
        Batch batch = lines(List.of(new long[] {1, 2, 3, 4, 5, 6}), 3).batch(1, 0, 1);
        assertThat(batch.inputs()).containsExactly(1, 2, 3);
        assertThat(batch.targets()).containsExactly(2, 3, 4);
    }

    @Test
    void all_of_it_has_each_target_once() {
        List<Long> targets = new ArrayList<>();
        for (Batch batch : lines.all(3)) {
            assertThat(batch.rows()).isLessThanOrEqualTo(3);
            LongStream.of(batch.targets())
                    .filter(target -> target != Batch.IGNORED)
                    .forEach(targets::add);
        }
        List<Long> expected = new ArrayList<>();
        for (long[] sentence : sentences()) {
            LongStream.of(sentence).skip(1).forEach(expected::add);
        }
        assertThat(targets).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(lines.targets()).isEqualTo(expected.size());
    }

    @Test
    void all_of_it_is_in_order_of_length_then_of_position() {
        List<long[]> sentences = List.of(
                new long[] {1, 1, 1}, new long[] {2, 2}, new long[] {3, 3, 3, 3, 3}, new long[] {4, 4}, new long[] {
                    5, 5, 5
                });
        List<Long> firsts = new ArrayList<>();
        for (Batch batch : lines(sentences, 2).all(1)) { // the third sentence is cut to three ids
            firsts.add(batch.inputs()[0]);
        }
        assertThat(firsts).containsExactly(2L, 4L, 1L, 3L, 5L);
        assertThat(lines(sentences, 2).cutRows()).isEqualTo(1);
        assertThat(lines(sentences, 2).targets()).isEqualTo(2 + 1 + 2 + 1 + 2);
    }

    /** As of a hundred gigabytes of text: what is known of them needs no reading, but one process cannot put them in order. */
    @Test
    void more_sentences_than_an_int_counts_are_known_and_refused() {
        Ids many = new Ids() {
            @Override
            public long count() {
                return (1L << 31) + 1;
            }

            @Override
            public long[] read(long from, int length) {
                throw new AssertionError("it is not read");
            }
        };
        RowLengths rows = RowLengths.of(DataFormat.LINES, 0, told -> told.of(0, 5));
        Lines known = new Lines(many, many, 3, rows);
        assertThat(known.targets()).isEqualTo(3);
        assertThat(known.cutRows()).isEqualTo(1);
        assertThatThrownBy(() -> known.batch(1, 0, 1))
                .isInstanceOf(HeedException.class)
                .hasMessage(
                        "2147483648 sentences are too many for one worker, which takes at most 2147483647; use more workers");
    }
}
