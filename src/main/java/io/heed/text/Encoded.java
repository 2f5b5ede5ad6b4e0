package io.heed.text;

import java.util.Arrays;
import java.util.List;

/**
 * A text cut into tokens.
 *
 * @param ids the tokens' ids
 * @param tokens the tokens as the vocabulary spells them, {@code [BOS]} among them where the tokenizer adds it
 * @param shown the tokens as people see them, {@link Tokenizer#shown}
 * @param spans where each token stands in the text, in chars, empty for tokens that were added
 * @param unknown the words the vocabulary does not have, in order, each once
 */
public record Encoded(long[] ids, List<String> tokens, List<String> shown, List<Span> spans, List<String> unknown) {

    /** Tokens that are seen as they are spelled. */
    public Encoded(long[] ids, List<String> tokens, List<Span> spans, List<String> unknown) {
        this(ids, tokens, tokens.stream().map(Visible::token).toList(), spans, unknown);
    }

    /**
     * A part of a text.
     *
     * @param start the index of its first char
     * @param end the index after its last char
     */
    public record Span(int start, int end) {}

    /** The number of tokens. */
    public int length() {
        return ids.length;
    }

    /** The first {@code count} tokens, or all where there are no more. */
    public Encoded first(int count) {
        int to = Math.min(count, ids.length);
        return new Encoded(
                Arrays.copyOf(ids, to), tokens.subList(0, to), shown.subList(0, to), spans.subList(0, to), unknown);
    }

    /** The last {@code count} tokens, or all where there are no more. */
    public Encoded last(int count) {
        int from = Math.max(0, ids.length - count);
        return new Encoded(
                Arrays.copyOfRange(ids, from, ids.length),
                tokens.subList(from, ids.length),
                shown.subList(from, ids.length),
                spans.subList(from, ids.length),
                unknown);
    }
}
