package io.heed.text.corpus;

import io.heed.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** One long text, from which rows are cut anywhere. */
final class Stream implements TrainingData {

    private final Ids ids;
    private final int context;

    /**
     * Creates data from a text.
     *
     * @param ids the text's ids, more than {@code context}
     * @param context T, the number of positions of a row
     */
    Stream(Ids ids, int context) {
        this.ids = ids;
        this.context = context;
    }

    /** {@inheritDoc} Rows start anywhere in the text, with equal probability. */
    @Override
    public Batch batch(long seed, long step, int size) {
        RandomGenerator random = Seeds.random(seed, "batch", step);
        long starts = ids.count() - context;
        List<long[]> rows = new ArrayList<>(size);
        for (int row = 0; row < size; row++) {
            long start = starts <= Integer.MAX_VALUE ? random.nextInt((int) starts) : random.nextLong(starts);
            rows.add(row(start, context));
        }
        return Batch.of(rows);
    }

    /** {@inheritDoc} Rows follow one another; each position but the first is a target once. */
    @Override
    public List<Batch> all(int size) {
        long rows = (targets() + context - 1) / context;
        return new Batches(
                rows,
                size,
                some -> Batch.of(some.map(row -> row * context)
                        .mapToObj(start -> row(start, (int) Math.min(context, targets() - start)))
                        .toList()));
    }

    /** The ids of some positions and the next one. */
    private long[] row(long start, int positions) {
        return ids.read(start, positions + 1);
    }

    /** {@inheritDoc} None: a stream can be cut anywhere without loss. */
    @Override
    public int cutRows() {
        return 0;
    }

    @Override
    public long targets() {
        return ids.count() - 1;
    }
}
