package io.heed.text.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.Seeds;
import io.heed.text.DataFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids in several sequences, and the shares of workers. */
class IdPartTest {

    private static long[] all(Ids ids) {
        return ids.read(0, (int) ids.count());
    }

    @Test
    void sequences_one_after_another_are_read_as_one() {
        RandomGenerator random = Seeds.random(1, "ids", 0);
        for (int i = 0; i < 200; i++) {
            List<Ids> parts = new ArrayList<>();
            long next = 0;
            for (int part = random.nextInt(6); part >= 0; part--) {
                long end = next + random.nextInt(4); // some are empty
                parts.add(StoredIds.of(LongStream.range(next, end).toArray()));
                next = end;
            }
            Ids joined = Ids.joined(parts);
            assertThat(joined.count()).isEqualTo(next);
            for (int from = 0; from <= next; from++) {
                for (int to = from; to <= next; to++) {
                    assertThat(joined.read(from, to - from))
                            .isEqualTo(LongStream.range(from, to).toArray());
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8})
    void a_copy_in_the_heap_is_the_same(int width) {
        Ids ids =
                StoredIds.of(LongStream.range(0, 150_000).map(id -> id % 65536).toArray());
        assertThat(all(StoredIds.copy(ids.part(7, 140_000, 0), width))).isEqualTo(ids.read(7, 140_000));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 100})
    void shares_of_a_stream_are_its_parts_in_order(int workers) {
        IdPart part = new IdPart(StoredIds.of(LongStream.range(0, 100).toArray()), null, null);
        List<Long> ids = new ArrayList<>();
        for (int worker = 0; worker < workers; worker++) {
            Ids share = part.share(DataFormat.STREAM, worker, workers).ids();
            assertThat(share.count()).isBetween(100L / workers, (100L + workers - 1) / workers);
            LongStream.of(all(share)).forEach(ids::add);
        }
        assertThat(ids).isEqualTo(LongStream.range(0, 100).boxed().toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void shares_of_sentences_are_its_sentences_in_order_and_pairs_stay_together(int workers) {
        int[] lengths = {2, 5, 3, 2, 2, 4, 7, 2, 3, 3};
        long[] starts = new long[lengths.length + 1];
        IntStream.range(0, lengths.length).forEach(i -> starts[i + 1] = starts[i] + lengths[i]);
        IdPart part = new IdPart(
                StoredIds.of(LongStream.range(0, starts[lengths.length]).toArray()), StoredIds.of(starts), null);
        for (DataFormat format : List.of(DataFormat.LINES, DataFormat.PAIRS)) {
            int unit = format == DataFormat.PAIRS ? 2 : 1;
            List<List<Long>> sentences = new ArrayList<>();
            for (int worker = 0; worker < workers; worker++) {
                IdPart share = part.share(format, worker, workers);
                int count = (int) share.starts().count() - 1;
                int units = lengths.length / unit;
                assertThat(count % unit).isZero();
                assertThat(count / unit).isBetween(units / workers, (units + workers - 1) / workers);
                for (int i = 0; i < count; i++) {
                    long[] borders = share.starts().read(i, 2);
                    sentences.add(LongStream.of(share.ids().read(borders[0], (int) (borders[1] - borders[0])))
                            .boxed()
                            .toList());
                }
            }
            assertThat(sentences)
                    .isEqualTo(IntStream.range(0, lengths.length)
                            .mapToObj(i -> LongStream.range(starts[i], starts[i + 1])
                                    .boxed()
                                    .toList())
                            .toList());
        }
    }

    /** 100 GB of ids and 10,000 workers: products beyond 2⁶³ must not occur. */
    @Test
    void shares_of_very_many_ids_have_the_right_size() {
        long count = (1L << 62) + 5;
        Ids many = new Ids() {
            @Override
            public long count() {
                return count;
            }

            @Override
            public long[] read(long from, int length) {
                return LongStream.range(from, from + length).toArray();
            }
        };
        IdPart last = new IdPart(many, null, null).share(DataFormat.STREAM, 9_999, 10_000);
        assertThat(last.ids().count()).isBetween(count / 10_000, count / 10_000 + 1);
        assertThat(last.ids().read(last.ids().count() - 1, 1)).containsExactly(count - 1);
    }
}
