package io.heed.predict;

import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.model.Distribution;
import io.heed.text.tokenizer.Detokenizer;
import io.heed.text.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Ranks words for a gap in a text by how likely they make the whole text: {@code P(word | before)·P(after | before, word)}, normalized
 * over the words that were tried.
 */
public final class GapFiller {

    /** The gap in a text. */
    public static final String GAP = "___";

    /** The number of words tried: those that are likeliest after the text before the gap. */
    private static final int TRIED = 1024;

    private static final int ROWS_AT_ONCE = 64;

    private final LanguageModel model;
    private final Tokenizer tokenizer;
    private final WritableTokens writable;

    /** Creates a filler over a model, which the caller closes. */
    public GapFiller(LanguageModel model) {
        this.model = model;
        tokenizer = model.tokenizer();
        writable = WritableTokens.within(model);
    }

    /**
     * Ranks tokens for the gap.
     *
     * @param text a text with one {@link #GAP}
     * @param count how many to return
     * @return the likeliest words, likeliest first; the entropy is that over all words tried
     * @throws HeedException if the text has no gap or several, nothing before the gap, or more tokens than the context
     */
    public NextWords fill(String text, int count) {
        int gap = text.indexOf(GAP);
        if (gap < 0 || text.indexOf(GAP, gap + 1) >= 0) {
            throw new HeedException("\"%s\" has %s; write one gap as %s, as in \"the %s sat on the mat\""
                    .formatted(text, gap < 0 ? "no gap" : "more than one gap", GAP, GAP));
        }
        String before = text.substring(0, gap);
        String behind = text.substring(gap + GAP.length());
        long[] after = tokenizer.encodeLaterPart(behind);
        boolean spaced = !before.isBlank() && !before.stripTrailing().equals(before);
        long[] prefix = tokenizer.encode(before).ids();
        List<Integer> candidates = List.of();
        if (spaced) { // many tokenizers attach the space to the word after it
            prefix = tokenizer.encode(before.stripTrailing()).ids();
            candidates =
                    likeliest(prefix, before.substring(before.stripTrailing().length()));
        }
        if (candidates.isEmpty()) {
            prefix = tokenizer.encode(before).ids();
            candidates = likeliest(prefix, "");
        }
        if (prefix.length + 1 + after.length > model.context()) {
            throw new HeedException("the text has %d tokens, but the model's context is %d; shorten it"
                    .formatted(prefix.length + 1 + after.length, model.context()));
        }
        return ranked(candidates, score(prefix, candidates, after), count, unknown(before, behind));
    }

    /** The likeliest tokens after a text whose own text starts with {@code beginning} and is longer. */
    private List<Integer> likeliest(long[] prefix, String beginning) {
        if (prefix.length == 0) {
            throw new HeedException(
                    "there is nothing before the gap for the model to read; put at least one word there");
        }
        try (RowReader reader = new RowReader(model, List.of(prefix))) {
            float[] logits = writable.mask(reader.next()[0]);
            return IntStream.of(Distribution.likeliest(logits, TRIED))
                    .filter(id -> logits[id] > Float.NEGATIVE_INFINITY)
                    .filter(id -> {
                        String made = Detokenizer.text(tokenizer, prefix, id);
                        return made.startsWith(beginning) && made.length() > beginning.length();
                    })
                    .boxed()
                    .toList();
        }
    }

    /** ln P(candidate, after | prefix) of each candidate. */
    private double[] score(long[] prefix, List<Integer> candidates, long[] after) {
        double[] scores = new double[candidates.size()];
        for (int from = 0; from < candidates.size(); from += ROWS_AT_ONCE) {
            int rows = Math.min(ROWS_AT_ONCE, candidates.size() - from);
            try (RowReader reader = new RowReader(model, List.of(prefix))) {
                Distribution start = new Distribution(reader.next()[0]);
                reader.select(new int[rows]);
                for (int row = 0; row < rows; row++) {
                    int id = candidates.get(from + row);
                    scores[from + row] = start.logProbability(id);
                    reader.append(row, id);
                }
                for (long id : after) {
                    float[][] logits = reader.next();
                    for (int row = 0; row < rows; row++) {
                        scores[from + row] += new Distribution(logits[row]).logProbability((int) id);
                        reader.append(row, id);
                    }
                }
            }
        }
        return scores;
    }

    private List<String> unknown(String before, String behind) {
        return Stream.of(before, behind)
                .flatMap(part -> tokenizer.encode(part).unknown().stream())
                .distinct()
                .toList();
    }

    private NextWords ranked(List<Integer> candidates, double[] scores, int count, List<String> unknown) {
        double highest = Arrays.stream(scores).max().orElseThrow();
        double[] shares =
                Arrays.stream(scores).map(score -> Math.exp(score - highest)).toArray();
        double sum = Arrays.stream(shares).sum();
        double entropy = -Arrays.stream(shares)
                .map(share -> share / sum)
                .filter(share -> share > 0)
                .map(share -> share * Math.log(share))
                .sum();
        List<NextWord> words = IntStream.range(0, shares.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -shares[i]))
                .limit(count)
                .map(i -> {
                    int id = candidates.get(i);
                    return new NextWord(tokenizer.vocabulary().token(id), id, shares[i] / sum);
                })
                .toList();
        return new NextWords(words, entropy, unknown);
    }
}
