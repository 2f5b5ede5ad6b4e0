package io.heed.text.corpus;

import io.heed.Seeds;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** The order of sentences in training: each once before any comes again, in a new order each epoch. */
final class SentenceOrder {

    private record Epoch(long seed, long number, int[] order) {}

    private final int count;
    private Epoch current = new Epoch(0, -1, new int[0]);

    /** @param count the number of sentences */
    SentenceOrder(int count) {
        this.count = count;
    }

    /** Returns the sentences of a step's batch. */
    synchronized int[] batch(long seed, long step, int size) {
        int[] batch = new int[size];
        for (int row = 0; row < size; row++) {
            long place = step * size + row;
            batch[row] = epoch(seed, place / count)[(int) (place % count)];
        }
        return batch;
    }

    private int[] epoch(long seed, long epoch) {
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

    /** Hears the lengths of sentences. */
    interface Length {
        void of(int sentence, long length);
    }

    /**
     * Returns sentences in the order of their lengths.
     *
     * @param longest the length at which longer ones count
     * @param each reports all lengths each time it is called
     */
    static int[] byLength(int count, int longest, Consumer<Length> each) {
        int[] next = new int[longest + 2]; // where the next sentence of each length goes
        each.accept((sentence, length) -> next[(int) Math.min(length, longest) + 1]++);
        IntStream.range(1, next.length).forEach(length -> next[length] += next[length - 1]);
        int[] sorted = new int[count];
        each.accept((sentence, length) -> sorted[next[(int) Math.min(length, longest)]++] = sentence);
        return sorted;
    }
}
