package io.heed.predict;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * A continuation of a text.
 *
 * @param text the text that was added, without what ended it
 * @param tokens the tokens that were written, including the end of the text if the model wrote it
 * @param ending why it ended
 */
@JsonPropertyOrder({"text", "ending", "tokens"})
public record Generated(String text, List<GeneratedToken> tokens, Ending ending) {

    /** Why a continuation ended. */
    public enum Ending {
        /** It reached the limit on tokens. */
        LENGTH,
        /** The model wrote the token that ends a text. */
        END_OF_TEXT,
        /** It reached a stop text. */
        STOP
    }

    /** Copies the list. */
    public Generated {
        tokens = List.copyOf(tokens);
    }
}
