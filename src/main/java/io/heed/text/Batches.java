package io.heed.text;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/** Rows in batches, each read when it is asked for. */
final class Batches extends AbstractList<Batch> implements RandomAccess {

    private final long rows;
    private final int size;
    private final LongFunction<long[]> row;

    /**
     * Creates batches.
     *
     * @param rows the number of rows
     * @param size the largest number of rows of a batch
     * @param row the ids of a row
     */
    Batches(long rows, int size, LongFunction<long[]> row) {
        this.rows = rows;
        this.size = size;
        this.row = row;
    }

    @Override
    public Batch get(int index) {
        long from = (long) index * size;
        List<long[]> sequences = LongStream.range(from, Math.min(from + size, rows))
                .mapToObj(row)
                .toList();
        return Batch.of(sequences);
    }

    @Override
    public int size() {
        return Math.toIntExact((rows + size - 1) / size);
    }
}
