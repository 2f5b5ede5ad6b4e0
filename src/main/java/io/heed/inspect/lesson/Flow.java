package io.heed.inspect.lesson;

import io.heed.inspect.evidence.LensLayer.Guess;
import java.util.List;

/**
 * How the numbers flow through one head, from words to the next word, as a picture shows it.
 *
 * @param title what is shown
 * @param words the words, one per column
 * @param query the column of the word that reads
 * @param stages each word's vectors before the head reads it, in order
 * @param reading what the head computes from them
 * @param rest what follows the head before the next word is known, in lines
 * @param next the likeliest next words, the likeliest first; empty if there is no model
 */
public record Flow(
        String title,
        List<String> words,
        int query,
        List<Stage> stages,
        Reading reading,
        List<String> rest,
        List<Guess> next) {

    /**
     * A vector for each word.
     *
     * @param label what they are
     * @param meaning a short explanation
     * @param vectors one per word
     */
    public record Stage(String label, String meaning, double[][] vectors) {}

    /**
     * What one query reads.
     *
     * @param query q
     * @param keys k of each word
     * @param values v of each word
     * @param scores q·k/√d of each word
     * @param weights softmax of the scores
     * @param output the values blended by the weights
     */
    public record Reading(
            double[] query, double[][] keys, double[][] values, double[] scores, double[] weights, double[] output) {}
}
