package io.heed.predict;

import java.util.List;

/**
 * How texts are continued.
 *
 * @param tokens the largest number of tokens to add
 * @param sampling how each is chosen
 * @param stops texts at which to stop, themselves left out; none to go on to the end
 * @param continuations how many of each text, each with draws of its own
 * @param alternatives how many of the likeliest tokens to tell of at each place
 */
public record GenerationSettings(
        int tokens, Sampling sampling, List<String> stops, int continuations, int alternatives) {

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if a text to stop at is empty, or a number too small
     */
    public GenerationSettings {
        stops = List.copyOf(stops);
        atLeast("tokens", tokens, 0);
        atLeast("continuations", continuations, 1);
        atLeast("alternatives", alternatives, 0);
        if (stops.contains("")) {
            throw new IllegalArgumentException("a text to stop at is empty");
        }
    }

    private static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException("%s: %d is less than %d".formatted(name, value, least));
        }
    }

    /** One continuation, to the end. */
    public GenerationSettings(int tokens, Sampling sampling) {
        this(tokens, sampling, List.of(), 1, 0);
    }
}
