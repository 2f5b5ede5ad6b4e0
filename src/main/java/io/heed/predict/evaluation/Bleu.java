package io.heed.predict.evaluation;

import io.heed.text.WhiteSpace;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * BLEU of a whole corpus (Papineni et al., 2002): how many n-grams of one to four words translations share with references. Tokenized
 * by mteval's 13a rules as in Post, "A Call for Clarity in Reporting BLEU Scores", arXiv 1804.08771; if no n-gram of some length is
 * shared, half of one is counted for the first such length, a quarter for the next.
 */
final class Bleu {

    private static final int ORDER = 4;

    private static final Pattern SIGNS = Pattern.compile("([{-~\\[-` -&(-+:-@/])");
    private static final Pattern AFTER_NO_DIGIT = Pattern.compile("([^0-9])([.,])");
    private static final Pattern BEFORE_NO_DIGIT = Pattern.compile("([.,])([^0-9])");
    private static final Pattern DASH_AFTER_DIGIT = Pattern.compile("([0-9])(-)");

    private final long[] shared = new long[ORDER];
    private final long[] written = new long[ORDER];
    private long words;
    private long referenceWords;

    /** Adds a translation. */
    void add(String translation, String reference) {
        List<String> ours = words(translation);
        List<String> theirs = words(reference);
        words += ours.size();
        referenceWords += theirs.size();
        for (int length = 1; length <= ORDER; length++) {
            Map<List<String>, Integer> stretches = stretches(ours, length);
            Map<List<String>, Integer> wanted = stretches(theirs, length);
            for (Map.Entry<List<String>, Integer> each : stretches.entrySet()) {
                written[length - 1] += each.getValue();
                shared[length - 1] += Math.min(each.getValue(), wanted.getOrDefault(each.getKey(), 0));
            }
        }
    }

    /** The score, from 0 (nothing shared) to 100 (equal to the references). */
    double score() {
        if (Arrays.stream(shared).sum() == 0) {
            return 0;
        }
        double logs = 0;
        double smooth = 1;
        for (int i = 0; i < ORDER; i++) {
            if (written[i] == 0) {
                return 0; // no translation is long enough
            }
            smooth = shared[i] == 0 ? 2 * smooth : smooth;
            logs += Math.log((shared[i] == 0 ? 1 / smooth : shared[i]) / written[i]);
        }
        double brevity = words >= referenceWords ? 1 : Math.exp(1 - (double) referenceWords / words);
        return 100 * brevity * Math.exp(logs / ORDER);
    }

    private static Map<List<String>, Integer> stretches(List<String> words, int length) {
        Map<List<String>, Integer> counts = new HashMap<>();
        for (int i = 0; i + length <= words.size(); i++) {
            counts.merge(words.subList(i, i + length), 1, Integer::sum);
        }
        return counts;
    }

    /** Tokenizes a sentence as mteval-v13a does. */
    private static List<String> words(String sentence) {
        String line = sentence.replace("<skipped>", "").replace("-\n", "").replace("\n", " ");
        line = line.replace("&quot;", "\"")
                .replace("&amp;", "&")
                .replace("&lt;", "<")
                .replace("&gt;", ">");
        line = SIGNS.matcher(" " + line + " ").replaceAll(" $1 ");
        line = AFTER_NO_DIGIT.matcher(line).replaceAll("$1 $2 ");
        line = BEFORE_NO_DIGIT.matcher(line).replaceAll(" $1 $2");
        line = DASH_AFTER_DIGIT.matcher(line).replaceAll("$1 $2 ");
        return WhiteSpace.split(line);
    }
}
