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

    /** Copies the list. */
    public GenerationSettings {
        stops = List.copyOf(stops);
        if (stops.contains("")) {
            throw new IllegalArgumentException("a text to stop at is empty");
        }
    }

    /** One continuation, to the end. */
    public GenerationSettings(int tokens, Sampling sampling) {
        this(tokens, sampling, List.of(), 1, 0);
    }
}
