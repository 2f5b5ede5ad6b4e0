package io.heed.inspect;

import io.heed.text.Alignment;
import io.heed.text.Encoded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The words of a sentence and of its translation, and which of the first a head of the cross-attention reads most when each of the second
 * is about to be written: in the row that writes its first token, the weights of a word's tokens added up.
 */
final class WordsRead {

    /** The weights of a head. */
    interface Weights {

        /** The weight of a token of the source when the token after {@code query} is about to be written. */
        float at(int query, int key);
    }

    /**
     * A word and what was read most for it.
     *
     * @param target the word of the translation, from 0
     * @param source the word of the source, or -1 for the start mark
     * @param weight the weights of that word's tokens, added up
     */
    record Read(int target, int source, double weight) {}

    private final int[] sourceWords; // of each token, or -1
    private final int[] targetWords;

    WordsRead(Encoded source, String sourceText, Encoded target, String targetText) {
        sourceWords = Alignment.wordsOf(source, sourceText);
        targetWords = Alignment.wordsOf(target, targetText);
    }

    /** What a head of these weights read for each word, the words in their order. */
    List<Read> by(Weights weights) {
        List<Read> found = new ArrayList<>();
        for (int token = 1; token < targetWords.length; token++) {
            if (targetWords[token] >= 0 && targetWords[token] != targetWords[token - 1]) {
                found.add(most(targetWords[token], token - 1, weights));
            }
        }
        return found;
    }

    private Read most(int word, int query, Weights weights) {
        double[] sums = new double[2 + Arrays.stream(sourceWords).max().orElse(-1)]; // the start mark first
        int best = 0;
        for (int key = 0; key < sourceWords.length; key++) {
            sums[sourceWords[key] + 1] += weights.at(query, key);
        }
        for (int i = 1; i < sums.length; i++) {
            best = sums[i] > sums[best] ? i : best;
        }
        return new Read(word, best - 1, sums[best]);
    }
}
