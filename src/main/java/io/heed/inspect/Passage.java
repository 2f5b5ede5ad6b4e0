package io.heed.inspect;

import io.heed.model.Trace.Part;
import io.heed.text.tokenizer.Encoded;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A text and its tokens, which a model reads; for a model with an encoder, also the source that it translates.
 *
 * @param text as it was given
 * @param encoded its tokens, at most the model's context
 * @param source what it translates, or null
 */
public record Passage(
        String text, Encoded encoded, @Nullable Passage source) {

    /** A text that is not a translation. */
    public Passage(String text, Encoded encoded) {
        this(text, encoded, null);
    }

    /** The parts of the transformer that attend to it. */
    public Set<Part> parts() {
        return source == null ? EnumSet.of(Part.DECODER) : EnumSet.allOf(Part.class);
    }

    /** The tokens that read in a part. */
    public Encoded queries(Part part) {
        return part == Part.ENCODER ? Objects.requireNonNull(source).encoded : encoded;
    }

    /** The tokens that are read in a part. */
    public Encoded keys(Part part) {
        return part == Part.DECODER ? encoded : Objects.requireNonNull(source).encoded;
    }
}
