package io.heed.text.corpus;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Ids to learn from, row by row.
 *
 * @param rows B, the number of sequences
 * @param columns T, the number of positions of each
 * @param inputs (B·T) the ids that are read
 * @param targets (B·T) the id that comes next at each position, or {@link #IGNORED} where there is none
 * @param targetCount the number of targets that count
 * @param source what the rows translate, or null where they translate nothing
 */
public record Batch(
        int rows,
        int columns,
        long[] inputs,
        long[] targets,
        int targetCount,
        @Nullable Source source) {

    /** The target of a position that teaches nothing, such as the filling after a short sentence. */
    public static final long IGNORED = -100;

    /**
     * The sentences that the rows of a batch translate, the short ones filled up behind.
     *
     * @param columns S, the number of positions of each
     * @param ids (B·S)
     * @param lengths (B) how many positions of each are no filling
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

    /** Puts translations together with what they translate. */
    static Batch of(List<long[]> sources, List<long[]> sequences) {
        Batch batch = of(sequences);
        return new Batch(batch.rows, batch.columns, batch.inputs, batch.targets, batch.targetCount, Source.of(sources));
    }

    /** Puts sequences together, the short ones filled up: each is read without its last id and answers without its first. */
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

    /** Cuts the rows into so many parts of equal size, or of one row more. */
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
