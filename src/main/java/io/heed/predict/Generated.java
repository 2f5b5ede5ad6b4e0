package io.heed.predict;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * A continuation of a text.
 *
 * @param text what was added, without what ended it
 * @param tokens what was written, the end of the text among them where the model wrote it
 * @param ending why it ends there
 */
@JsonPropertyOrder({"text", "ending", "tokens"})
public record Generated(String text, List<GeneratedToken> tokens, Ending ending) {

    /** Why a continuation ends. */
    public enum Ending {
        /** It has as many tokens as were allowed. */
        LENGTH,
        /** The model wrote the token that ends a text. */
        END_OF_TEXT,
        /** It came to one of the words to stop at. */
        STOP
    }

    /** Copies the list. */
    public Generated {
        tokens = List.copyOf(tokens);
    }
}
