package io.heed.text;

import io.heed.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** One long text, from which rows are cut anywhere. */
public final class Stream implements TrainingData {

    private final int[] ids;
    private final int context;

    /**
     * Creates data from a text.
     *
     * @param ids the text's ids, more than {@code context} of them
     * @param context T, the number of positions of a row
     */
    public Stream(int[] ids, int context) {
        this.ids = ids;
        this.context = context;
    }

    /** {@inheritDoc} Rows begin anywhere in the text, with equal chance. */
    @Override
    public Batch batch(long seed, long step, int size) {
        RandomGenerator random = Seeds.random(seed, "batch", step);
        List<long[]> rows = new ArrayList<>(size);
        for (int row = 0; row < size; row++) {
            rows.add(row(random.nextInt(ids.length - context), context));
        }
        return Batch.of(rows);
    }

    /** {@inheritDoc} Rows follow one another; each position but the first is a target once. */
    @Override
    public List<Batch> all(int size) {
        List<long[]> rows = new ArrayList<>();
        for (int start = 0; start < ids.length - 1; start += context) {
            rows.add(row(start, Math.min(context, ids.length - 1 - start)));
        }
        List<Batch> batches = new ArrayList<>();
        for (int from = 0; from < rows.size(); from += size) {
            batches.add(Batch.of(rows.subList(from, Math.min(from + size, rows.size()))));
        }
        return batches;
    }

    /** The ids of some positions and the one after them. */
    private long[] row(int start, int positions) {
        return Arrays.stream(ids, start, start + positions + 1).asLongStream().toArray();
    }

    /** {@inheritDoc} None: a stream is cut anywhere, and nothing of it lost. */
    @Override
    public int cutRows() {
        return 0;
    }

    @Override
    public long targets() {
        return ids.length - 1L;
    }
}
