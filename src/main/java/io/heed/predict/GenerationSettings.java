package io.heed.predict;

import java.util.List;

/**
 * How texts are continued.
 *
 * @param tokens the largest number of tokens to add
 * @param sampling how each token is chosen
 * @param stops texts that end a continuation and are left out of it
 * @param continuations the number of continuations of each text, each with its own draws
 * @param alternatives the number of likeliest tokens to report at each position
 */
public record GenerationSettings(
        int tokens, Sampling sampling, List<String> stops, int continuations, int alternatives) {

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if a stop text is empty or a number too small
     */
    public GenerationSettings {
        stops = List.copyOf(stops);
        atLeast("tokens", tokens, 0);
        atLeast("continuations", continuations, 1);
        atLeast("alternatives", alternatives, 0);
        if (stops.contains("")) {
            throw new IllegalArgumentException("a stop text is empty");
        }
    }

    private static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException("%s: %d is less than %d".formatted(name, value, least));
        }
    }

    /** Settings for one continuation without stop texts. */
    public GenerationSettings(int tokens, Sampling sampling) {
        this(tokens, sampling, List.of(), 1, 0);
    }
}
