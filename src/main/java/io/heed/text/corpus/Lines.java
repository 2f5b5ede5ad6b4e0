package io.heed.text.corpus;

import io.heed.HeedException;
import io.heed.text.DataFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Sentences, one per row. */
public final class Lines implements TrainingData {

    private static final int READ_AT_ONCE = 1 << 13;

    private final Ids ids;
    private final Ids starts;
    private final int context;
    private final long count;
    private @Nullable RowLengths rows;
    private @Nullable SentenceOrder order;

    /**
     * Creates data from sentences.
     *
     * @param ids the ids of all sentences, including start and end marks, at least two of each
     * @param starts where each sentence starts, and where the last one ends
     * @param context the most positions; longer sentences are cut
     * @param rows how long the sentences are, or null to read that when it is asked for
     */
    Lines(Ids ids, Ids starts, int context, @Nullable RowLengths rows) {
        this.ids = ids;
        this.starts = starts;
        this.context = context;
        this.rows = rows;
        count = starts.count() - 1;
    }

    private synchronized RowLengths rows() {
        if (rows == null) {
            rows = RowLengths.of(DataFormat.LINES, 0, this::eachLength);
        }
        return rows;
    }

    private synchronized SentenceOrder order() {
        if (order == null) {
            order = new SentenceOrder(count());
        }
        return order;
    }

    /**
     * The number of sentences.
     *
     * @throws HeedException if one process cannot put so many in order
     */
    int count() {
        if (count > Integer.MAX_VALUE) {
            throw new HeedException("%d sentences are too many for one worker, which takes at most %d; use more workers"
                    .formatted(count, Integer.MAX_VALUE));
        }
        return (int) count;
    }

    /** Reports the number of ids of each sentence, including marks and what is cut off. */
    void eachLength(SentenceOrder.Length told) {
        int count = count();
        for (int from = 0; from < count; from += READ_AT_ONCE) {
            int lines = Math.min(READ_AT_ONCE, count - from);
            long[] borders = starts.read(from, lines + 1);
            for (int i = 0; i < lines; i++) {
                told.of(from + i, borders[i + 1] - borders[i]);
            }
        }
    }

    /** The ids of a sentence, at most one more than the context has positions. */
    long[] sentence(int line) {
        long[] borders = starts.read(line, 2);
        return ids.read(borders[0], (int) Math.min(borders[1] - borders[0], context + 1L));
    }

    /** {@inheritDoc} Every sentence occurs once before any occurs again, in a new order each epoch. */
    @Override
    public Batch batch(long seed, long step, int size) {
        return Batch.of(IntStream.of(order().batch(seed, step, size))
                .mapToObj(this::sentence)
                .toList());
    }

    /** {@inheritDoc} Sentences of similar length are together, so that there is little padding. */
    @Override
    public List<Batch> all(int size) {
        int[] sorted = SentenceOrder.byLength(count(), context + 1, this::eachLength);
        return new Batches(
                count,
                size,
                rows -> Batch.of(
                        rows.mapToObj(row -> sentence(sorted[(int) row])).toList()));
    }

    @Override
    public int cutRows() {
        return rows().cut(context);
    }

    @Override
    public long targets() {
        return rows().targets(context);
    }
}
