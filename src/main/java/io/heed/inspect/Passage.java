package io.heed.inspect;

import io.heed.text.Encoded;
import org.jspecify.annotations.Nullable;

/**
 * A text and its tokens, which a model reads; to a model with an encoder also what it is the translation of.
 *
 * @param text as it was given
 * @param encoded its tokens, at most the model's context
 * @param source what it translates, or null
 */
public record Passage(
        String text, Encoded encoded, @Nullable Passage source) {

    /** A text that translates none. */
    public Passage(String text, Encoded encoded) {
        this(text, encoded, null);
    }
}
