package io.heed.text.corpus;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A batch of ids to train on.
 *
 * @param rows B, the number of sequences
 * @param columns T, the number of positions of each
 * @param inputs (B·T) the ids to read
 * @param targets (B·T) the next id at each position, or {@link #IGNORED} if there is none
 * @param targetCount the number of targets that are not ignored
 * @param source the sentences that the rows translate, or null if they translate nothing
 */
public record Batch(
        int rows,
        int columns,
        long[] inputs,
        long[] targets,
        int targetCount,
        @Nullable Source source) {

    /** The target of a position that does not count, such as padding. */
    public static final long IGNORED = -100;

    /**
     * The sentences that the rows of a batch translate, short ones padded at the end.
     *
     * @param columns S, the number of positions of each
     * @param ids (B·S)
     * @param lengths (B) how many positions of each are not padding
     */
    public record Source(int columns, long[] ids, long[] lengths) {

        private static Source of(List<long[]> sentences) {
            int columns = sentences.stream().mapToInt(ids -> ids.length).max().orElse(0);
            long[] all = new long[sentences.size() * columns];
            for (int row = 0; row < sentences.size(); row++) {
                long[] ids = sentences.get(row);
                System.arraycopy(ids, 0, all, row * columns, ids.length);
            }
            return new Source(
                    columns,
                    all,
                    sentences.stream().mapToLong(ids -> ids.length).toArray());
        }

        private Source rows(int from, int to) {
            return new Source(
                    columns,
                    Arrays.copyOfRange(ids, from * columns, to * columns),
                    Arrays.copyOfRange(lengths, from, to));
        }
    }

    /** Rows that translate nothing. */
    public Batch(int rows, int columns, long[] inputs, long[] targets, int targetCount) {
        this(rows, columns, inputs, targets, targetCount, null);
    }

    /** Creates a batch of translations and their sources. */
    static Batch of(List<long[]> sources, List<long[]> sequences) {
        Batch batch = of(sequences);
        return new Batch(batch.rows, batch.columns, batch.inputs, batch.targets, batch.targetCount, Source.of(sources));
    }

    /** Creates a batch of sequences, short ones padded: the inputs leave out the last id, the targets the first. */
    static Batch of(List<long[]> sequences) {
        int columns = sequences.stream().mapToInt(ids -> ids.length - 1).max().orElse(0);
        int rows = sequences.size();
        long[] inputs = new long[rows * columns];
        long[] targets = new long[rows * columns];
        Arrays.fill(targets, IGNORED);
        int count = 0;
        for (int row = 0; row < rows; row++) {
            long[] ids = sequences.get(row);
            System.arraycopy(ids, 0, inputs, row * columns, ids.length - 1);
            System.arraycopy(ids, 1, targets, row * columns, ids.length - 1);
            count += ids.length - 1;
        }
        return new Batch(rows, columns, inputs, targets, count);
    }

    /** Splits the rows into parts whose sizes differ by at most one row. */
    public List<Batch> split(int parts) {
        return parts == 1
                ? List.of(this)
                : IntStream.range(0, parts)
                        .mapToObj(i -> rows(i * rows / parts, (i + 1) * rows / parts))
                        .toList();
    }

    /** Rows from (inclusive) to (exclusive). */
    private Batch rows(int from, int to) {
        long[] part = Arrays.copyOfRange(targets, from * columns, to * columns);
        int count = 0;
        for (long target : part) {
            count += target == IGNORED ? 0 : 1;
        }
        long[] read = Arrays.copyOfRange(inputs, from * columns, to * columns);
        return new Batch(to - from, columns, read, part, count, source == null ? null : source.rows(from, to));
    }
}
