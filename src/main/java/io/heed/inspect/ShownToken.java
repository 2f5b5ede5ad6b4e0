package io.heed.inspect;

import io.heed.text.tokenizer.Encoded;
import io.heed.text.tokenizer.Encoded.Span;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A token of a text.
 *
 * @param token as the vocabulary spells it
 * @param shown as people see it
 * @param start the index of its first char
 * @param end the index after its last char
 */
public record ShownToken(String token, String shown, int start, int end) {

    /** The tokens of a text. */
    public static List<ShownToken> of(Encoded text) {
        return IntStream.range(0, text.length())
                .mapToObj(i -> {
                    Span span = text.spans().get(i);
                    return new ShownToken(text.tokens().get(i), text.shown().get(i), span.start(), span.end());
                })
                .toList();
    }
}
