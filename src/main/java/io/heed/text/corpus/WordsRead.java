package io.heed.text.corpus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The words of a sentence and of its translation, and which source word a head of the cross-attention reads most when each word of the
 * translation is about to be written: in the row that writes its first token, with the weights of a word's tokens summed.
 */
public final class WordsRead {

    /** The weights of a head. */
    public interface Weights {

        /** The weight of a token of the source when the token after {@code query} is about to be written. */
        float at(int query, int key);
    }

    /**
     * A word and the source word read most for it.
     *
     * @param target the word of the translation, from 0
     * @param source the word of the source, or -1 for the start mark
     * @param weight the weights of that word's tokens, summed
     */
    public record Read(int target, int source, double weight) {}

    private final int[] sourceWords;
    private final int[] targetWords;

    /** Takes the word of each token of both sentences, as {@link Alignment#wordsOf} finds them. */
    public WordsRead(int[] sourceWords, int[] targetWords) {
        this.sourceWords = sourceWords;
        this.targetWords = targetWords;
    }

    /** What a head with these weights read most for each word, in the order of words; that may be the start mark. */
    public List<Read> by(Weights weights) {
        return by(weights, -1);
    }

    /** The links that these weights make: each word and the word that was read most for it, whatever the start mark's weight. */
    public List<Alignment.Link> links(Weights weights) {
        return by(weights, 0).stream()
                .map(read -> new Alignment.Link(read.source, read.target))
                .toList();
    }

    private List<Read> by(Weights weights, int first) {
        List<Read> found = new ArrayList<>();
        int words = 1 + Arrays.stream(sourceWords).max().orElse(-1);
        for (int token = 1; token < targetWords.length && words > first; token++) {
            if (targetWords[token] >= 0 && targetWords[token] != targetWords[token - 1]) {
                found.add(most(targetWords[token], token - 1, weights, first, words));
            }
        }
        return found;
    }

    private Read most(int word, int query, Weights weights, int first, int words) {
        double[] sums = new double[1 + words]; // the start mark's, then each word's
        for (int key = 0; key < sourceWords.length; key++) {
            sums[1 + sourceWords[key]] += weights.at(query, key);
        }
        int best = first;
        for (int source = first + 1; source < words; source++) {
            best = sums[1 + source] > sums[1 + best] ? source : best;
        }
        return new Read(word, best, sums[1 + best]);
    }
}
