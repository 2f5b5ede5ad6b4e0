package io.heed.text.corpus;

import io.heed.text.DataFormat;
import java.io.Serializable;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * How long the rows of a part of a text are, whatever the context: enough to know what a context costs without reading the part again.
 *
 * @param positions the number of rows by the positions that a context must have for nothing of them to be cut
 * @param targets the number of rows by their number of targets
 */
public record RowLengths(SortedMap<Long, Long> positions, SortedMap<Long, Long> targets) implements Serializable {

    /** No rows. */
    public static final RowLengths NONE = new RowLengths(new TreeMap<>(), new TreeMap<>());

    /**
     * Counts rows: sentences, or pairs of a sentence and its translation.
     *
     * @param addedEnds the number of end marks that a sentence has as a target but not as a source
     * @param each reports the number of ids of each sentence, in order
     */
    public static RowLengths of(DataFormat format, int addedEnds, Consumer<SentenceOrder.Length> each) {
        Counter positions = new Counter();
        Counter targets = new Counter();
        boolean pairs = format == DataFormat.PAIRS;
        long[] source = new long[1]; // the positions of a source whose translation comes next
        each.accept((sentence, length) -> {
            if (pairs && sentence % 2 == 0) {
                source[0] = length - addedEnds;
            } else {
                positions.add(Math.max(source[0], length - 1));
                targets.add(length - 1);
            }
        });
        return new RowLengths(positions.all(), targets.all());
    }

    /** The rows of both. */
    public RowLengths plus(RowLengths other) {
        return new RowLengths(sum(positions, other.positions), sum(targets, other.targets));
    }

    private static SortedMap<Long, Long> sum(SortedMap<Long, Long> one, SortedMap<Long, Long> other) {
        SortedMap<Long, Long> sum = new TreeMap<>(one);
        other.forEach((length, count) -> sum.merge(length, count, Long::sum));
        return sum;
    }

    /** The number of rows of which a context cuts something off. */
    int cut(int context) {
        long cut = positions.tailMap(context + 1L).values().stream()
                .mapToLong(count -> count)
                .sum();
        return (int) Math.min(cut, Integer.MAX_VALUE);
    }

    /** The number of targets within a context. */
    long targets(int context) {
        long sum = 0;
        for (Map.Entry<Long, Long> row : targets.entrySet()) {
            sum += Math.min(row.getKey(), context) * row.getValue();
        }
        return sum;
    }

    /** Counts numbers, of which nearly all are small. */
    private static final class Counter {
        private final long[] small = new long[1 << 12];
        private final SortedMap<Long, Long> all = new TreeMap<>();

        void add(long number) {
            if (number < small.length) {
                small[(int) number]++;
            } else {
                all.merge(number, 1L, Long::sum);
            }
        }

        SortedMap<Long, Long> all() {
            for (int number = 0; number < small.length; number++) {
                if (small[number] > 0) {
                    all.put((long) number, small[number]);
                }
            }
            return all;
        }
    }
}
