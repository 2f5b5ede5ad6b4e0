package io.heed.text;

import io.heed.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Sentences, one a row: a row never crosses from one sentence into another. */
final class Lines implements TrainingData {

    private static final int READ_AT_ONCE = 1 << 13;

    private final Ids ids;
    private final Ids starts;
    private final int context;
    private final int count;
    private final int cut;
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
        cut = tooLong[0];
        targets = sum[0];
    }

    private interface Length {
        void of(int line, long length);
    }

    private void eachLength(Length told) {
        for (int from = 0; from < count; from += READ_AT_ONCE) {
            int lines = Math.min(READ_AT_ONCE, count - from);
            long[] borders = starts.read(from, lines + 1);
            for (int i = 0; i < lines; i++) {
                told.of(from + i, borders[i + 1] - borders[i]);
            }
        }
    }

    private long[] sentence(int line) {
        long[] borders = starts.read(line, 2);
        return ids.read(borders[0], (int) Math.min(borders[1] - borders[0], context + 1L));
    }

    /** {@inheritDoc} Every sentence occurs once before any occurs again, in an order that is new each time round. */
    @Override
    public synchronized Batch batch(long seed, long step, int size) {
        List<long[]> rows = new ArrayList<>(size);
        for (long i = step * size; i < (step + 1) * size; i++) {
            int[] order = order(seed, i / count);
            rows.add(sentence(order[(int) (i % count)]));
        }
        return Batch.of(rows);
    }

    private record Epoch(long seed, long number, int[] order) {}

    private Epoch current = new Epoch(0, -1, new int[0]);

    private int[] order(long seed, long epoch) {
        Epoch known = current;
        if (known.number != epoch || known.seed != seed) {
            int[] order = known.order.length == count ? known.order : new int[count];
            RandomGenerator random = Seeds.random(seed, "order of lines", epoch);
            for (int i = 0; i < order.length; i++) { // Fisher and Yates, inside out
                int j = random.nextInt(i + 1);
                order[i] = order[j];
                order[j] = i;
            }
            known = new Epoch(seed, epoch, order);
            current = known;
        }
        return known.order;
    }

    /** {@inheritDoc} Sentences of like length stand together, so that little is filling. */
    @Override
    public List<Batch> all(int size) {
        int[] next = new int[context + 3]; // where the next sentence of each length goes
        eachLength((line, length) -> next[(int) Math.min(length, context + 1) + 1]++);
        for (int length = 1; length < next.length; length++) {
            next[length] += next[length - 1];
        }
        int[] sorted = new int[count];
        eachLength((line, length) -> sorted[next[(int) Math.min(length, context + 1)]++] = line);
        return new Batches(count, size, row -> sentence(sorted[(int) row]));
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
