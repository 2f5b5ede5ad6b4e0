package io.heed.text;

import io.heed.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/** Sentences, one a row: a row never crosses from one sentence into another. */
public final class Lines implements TrainingData {

    private final List<long[]> sentences;
    private final int cut;

    /**
     * Creates data from sentences.
     *
     * @param sentences the ids of each, its marks of start and end included, two at least
     * @param context the largest number of positions; longer sentences are cut
     */
    public Lines(List<long[]> sentences, int context) {
        cut = (int) sentences.stream().filter(ids -> ids.length > context + 1).count();
        this.sentences = sentences.stream()
                .map(ids -> ids.length > context + 1 ? Arrays.copyOf(ids, context + 1) : ids)
                .toList();
    }

    /** {@inheritDoc} Every sentence occurs once before any occurs again, in an order that is new each time round. */
    @Override
    public Batch batch(long seed, long step, int size) {
        List<long[]> rows = new ArrayList<>(size);
        for (long i = step * size; i < (step + 1) * size; i++) {
            int[] order = order(seed, i / sentences.size());
            rows.add(sentences.get(order[(int) (i % sentences.size())]));
        }
        return Batch.of(rows);
    }

    private record Epoch(long seed, long number, int[] order) {}

    private volatile Epoch current = new Epoch(0, -1, new int[0]);

    private int[] order(long seed, long epoch) {
        Epoch known = current;
        if (known.number != epoch || known.seed != seed) {
            int[] order = new int[sentences.size()];
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
        List<long[]> sorted = new ArrayList<>(sentences);
        sorted.sort(Comparator.comparingInt(ids -> ids.length));
        List<Batch> batches = new ArrayList<>();
        for (int from = 0; from < sorted.size(); from += size) {
            batches.add(Batch.of(sorted.subList(from, Math.min(from + size, sorted.size()))));
        }
        return batches;
    }

    @Override
    public int cutRows() {
        return cut;
    }

    @Override
    public long targets() {
        return sentences.stream().mapToLong(ids -> ids.length - 1).sum();
    }
}
