package io.heed.text.corpus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What predictions without any model lose on the validation part, in nats per token: what a model that has learned something beats.
 *
 * @param uniform every token is equally likely: ln V
 * @param words every token is as likely as it was in the training part, {@code (count + 1) / (N + V)}
 * @param pairs a token is as likely as it was after the one before. Of n times that the one before occurred, d different tokens followed:
 *     {@code (count + d·words) / (n + d)} (Witten and Bell, 1991)
 */
public record FrequencyLosses(double uniform, double words, double pairs) {

    /** The most targets of the training part that are counted, and of the validation part that are predicted. */
    private static final int COUNTED = 2_000_000;

    private static final int PREDICTED = 200_000;
    private static final int ROWS = 64;

    /** Counts a corpus, or the beginning of a large one. */
    public static FrequencyLosses of(Corpus corpus) {
        return of(corpus.training(), corpus.validation(), corpus.tokenizer().size());
    }

    static FrequencyLosses of(TrainingData training, TrainingData validation, int vocabulary) {
        long[] pairs = pairs(training, vocabulary, COUNTED);
        double[] words = new double[vocabulary];
        Arrays.fill(words, 1.0 / (pairs.length + vocabulary));
        for (long pair : pairs) {
            words[(int) (pair % vocabulary)] += 1.0 / (pairs.length + vocabulary);
        }
        Arrays.sort(pairs);
        int[] different = different(pairs);
        double byWords = 0;
        double byPairs = 0;
        long[] predicted = pairs(validation, vocabulary, PREDICTED);
        for (long pair : predicted) {
            double word = words[(int) (pair % vocabulary)];
            long before = pair / vocabulary * vocabulary;
            int from = first(pairs, before);
            int to = first(pairs, before + vocabulary);
            int followers = different[to] - different[from];
            double count = first(pairs, pair + 1) - first(pairs, pair);
            byWords -= Math.log(word);
            byPairs -= Math.log(to == from ? word : (count + followers * word) / (to - from + followers));
        }
        return new FrequencyLosses(Math.log(vocabulary), byWords / predicted.length, byPairs / predicted.length);
    }

    /** The pairs of a token and the next, as {@code token·V + next}, in the order of the text. */
    private static long[] pairs(TrainingData data, int vocabulary, int most) {
        List<Batch> batches = new ArrayList<>();
        int count = 0;
        for (Batch batch : data.all(ROWS)) {
            if (count >= most) {
                break;
            }
            batches.add(batch);
            count += batch.targetCount();
        }
        long[] pairs = new long[count];
        int next = 0;
        for (Batch batch : batches) {
            for (int i = 0; i < batch.targets().length; i++) {
                if (batch.targets()[i] != Batch.IGNORED) {
                    pairs[next++] = batch.inputs()[i] * vocabulary + batch.targets()[i];
                }
            }
        }
        return pairs;
    }

    /** The index of the first pair that is not less than a bound. */
    private static int first(long[] sorted, long bound) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < bound) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** For each index and the end, the number of different pairs before it. */
    private static int[] different(long[] sorted) {
        int[] different = new int[sorted.length + 1];
        for (int i = 0; i < sorted.length; i++) {
            different[i + 1] = different[i] + (i == 0 || sorted[i] != sorted[i - 1] ? 1 : 0);
        }
        return different;
    }
}
