package io.heed.text.corpus;

import java.util.AbstractList;
import java.util.RandomAccess;
import java.util.stream.LongStream;

/** Rows in batches, each read on demand. */
final class Batches extends AbstractList<Batch> implements RandomAccess {

    private final long rows;
    private final int size;
    private final Reader reader;

    /** Reads rows as a batch. */
    @FunctionalInterface
    interface Reader {
        Batch read(LongStream rows);
    }

    /**
     * Creates batches.
     *
     * @param rows the number of rows
     * @param size the most rows of a batch
     * @param reader reads the rows of a batch
     */
    Batches(long rows, int size, Reader reader) {
        this.rows = rows;
        this.size = size;
        this.reader = reader;
    }

    @Override
    public Batch get(int index) {
        long from = (long) index * size;
        return reader.read(LongStream.range(from, Math.min(from + size, rows)));
    }

    @Override
    public int size() {
        return Math.toIntExact((rows + size - 1) / size);
    }
}
