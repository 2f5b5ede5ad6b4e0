package io.heed.predict.evaluation;

import io.heed.text.WhiteSpace;
import java.util.HashMap;
import java.util.Map;

/**
 * chrF of a whole corpus (Popović, "chrF: character n-gram F-score for automatic MT evaluation", 2015): how many n-grams of one to six
 * characters, without blanks, translations share with references, as an F-score in which recall counts twice as much as precision.
 */
final class ChrF {

    private static final int ORDER = 6;
    private static final double BETA = 2;

    private final long[] shared = new long[ORDER];
    private final long[] written = new long[ORDER];
    private final long[] wanted = new long[ORDER];

    /** Adds a translation. */
    void add(String translation, String reference) {
        int[] ours = characters(translation);
        int[] theirs = characters(reference);
        for (int length = 1; length <= ORDER; length++) {
            Map<String, Integer> stretches = stretches(ours, length);
            Map<String, Integer> asked = stretches(theirs, length);
            wanted[length - 1] += Math.max(0, theirs.length - length + 1);
            if (!asked.isEmpty()) { // a reference too short has no n-grams
                written[length - 1] += Math.max(0, ours.length - length + 1);
            }
            for (Map.Entry<String, Integer> each : stretches.entrySet()) {
                shared[length - 1] += Math.min(each.getValue(), asked.getOrDefault(each.getKey(), 0));
            }
        }
    }

    /** The score, from 0 (nothing shared) to 100 (equal to the references). */
    double score() {
        double precision = 0;
        double recall = 0;
        int orders = 0;
        for (int i = 0; i < ORDER; i++) {
            if (written[i] > 0 && wanted[i] > 0) {
                precision += (double) shared[i] / written[i];
                recall += (double) shared[i] / wanted[i];
                orders++;
            }
        }
        if (precision + recall == 0) {
            return 0;
        }
        precision /= orders;
        recall /= orders;
        return 100 * (1 + BETA * BETA) * precision * recall / (BETA * BETA * precision + recall);
    }

    private static int[] characters(String text) {
        return text.codePoints().filter(c -> !WhiteSpace.is(c)).toArray();
    }

    private static Map<String, Integer> stretches(int[] characters, int length) {
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i + length <= characters.length; i++) {
            counts.merge(new String(characters, i, length), 1, Integer::sum);
        }
        return counts;
    }
}
