package io.heed.text.corpus;

import java.util.List;
import java.util.stream.IntStream;

/** Sentences, one a row: a row never crosses from one sentence into another. */
public final class Lines implements TrainingData {

    private static final int READ_AT_ONCE = 1 << 13;

    private final Ids ids;
    private final Ids starts;
    private final int context;
    private final int count;
    private final int cut;
    private final SentenceOrder order;
    private final long targets;

    /**
     * Creates data from sentences.
     *
     * @param ids those of one sentence after those of another, marks of start and end included, two at least of each
     * @param starts where each begins among them, and where the last one ends
     * @param context the largest number of positions; longer sentences are cut
     */
    Lines(Ids ids, Ids starts, int context) {
        this.ids = ids;
        this.starts = starts;
        this.context = context;
        count = Math.toIntExact(starts.count() - 1);
        int[] tooLong = new int[1];
        long[] sum = new long[1];
        eachLength((line, length) -> {
            tooLong[0] += length > context + 1 ? 1 : 0;
            sum[0] += Math.min(length, context + 1) - 1;
        });
        order = new SentenceOrder(count);
        cut = tooLong[0];
        targets = sum[0];
    }

    /** The number of sentences. */
    int count() {
        return count;
    }

    /** Tells the number of ids of each sentence, marks and what is cut off included. */
    void eachLength(SentenceOrder.Length told) {
        for (int from = 0; from < count; from += READ_AT_ONCE) {
            int lines = Math.min(READ_AT_ONCE, count - from);
            long[] borders = starts.read(from, lines + 1);
            for (int i = 0; i < lines; i++) {
                told.of(from + i, borders[i + 1] - borders[i]);
            }
        }
    }

    /** The ids of a sentence, at most one more than the context. */
    long[] sentence(int line) {
        long[] borders = starts.read(line, 2);
        return ids.read(borders[0], (int) Math.min(borders[1] - borders[0], context + 1L));
    }

    /** {@inheritDoc} Every sentence occurs once before any occurs again, in an order that is new each time round. */
    @Override
    public Batch batch(long seed, long step, int size) {
        return Batch.of(IntStream.of(order.batch(seed, step, size))
                .mapToObj(this::sentence)
                .toList());
    }

    /** {@inheritDoc} Sentences of like length stand together, so that little is filling. */
    @Override
    public List<Batch> all(int size) {
        int[] sorted = SentenceOrder.byLength(count, context + 1, this::eachLength);
        return new Batches(
                count,
                size,
                rows -> Batch.of(
                        rows.mapToObj(row -> sentence(sorted[(int) row])).toList()));
    }

    @Override
    public int cutRows() {
        return cut;
    }

    @Override
    public long targets() {
        return targets;
    }
}
