package io.heed.text.tokenizer;

import io.heed.Internal;
import io.heed.text.Visible;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A text cut into tokens.
 *
 * @param ids the tokens' ids
 * @param tokens the tokens as the vocabulary spells them, including {@code [BOS]} if the tokenizer adds it
 * @param shown the tokens as they are shown, {@link Tokenizer#shown}; with the capitals that they have in the text
 * @param spans where each token is in the text, in chars; empty for tokens that were added
 * @param unknown the words that are not in the vocabulary, in order, each once
 * @param endsInSpace whether the text ends in white space that no token stands for
 */
public record Encoded(
        long[] ids,
        List<String> tokens,
        List<String> shown,
        List<Span> spans,
        List<String> unknown,
        boolean endsInSpace) {

    /** Creates tokens of a text that ends with its last token. */
    public Encoded(long[] ids, List<String> tokens, List<String> shown, List<Span> spans, List<String> unknown) {
        this(ids, tokens, shown, spans, unknown, false);
    }

    /** Creates tokens that are shown as they are spelled. */
    public Encoded(long[] ids, List<String> tokens, List<Span> spans, List<String> unknown) {
        this(ids, tokens, tokens.stream().map(Visible::token).toList(), spans, unknown);
    }

    /**
     * A part of a text.
     *
     * @param start the index of its first char
     * @param end the index after its last char
     */
    public record Span(int start, int end) {

        /**
         * How a token here is shown: as the text has it where the vocabulary spells it in lower case.
         *
         * @param spelled the token as the vocabulary spells it
         * @param shown as it is shown otherwise
         */
        @Internal
        public String asWritten(String text, String spelled, String shown) {
            String own = text.substring(start, end);
            return !own.equals(spelled) && own.equalsIgnoreCase(spelled) ? Visible.token(own) : shown;
        }
    }

    /**
     * The token at an index as the terminal names it: with its index, as in {@code the(5)}, if it occurs more than once.
     */
    public String named(int index) {
        return shown.get(index) + (isRepeated(index) ? "(%d)".formatted(index) : "");
    }

    /** The same in curly quotes, as in {@code “the” (5)}. */
    public String quoted(int index) {
        return Visible.inQuotes(shown.get(index)) + (isRepeated(index) ? " (%d)".formatted(index) : "");
    }

    /** The labels of tokens beside a map: with its index if a token occurs more than once. */
    public static List<String> named(List<String> shown) {
        Map<String, Long> counts = shown.stream().collect(Collectors.groupingBy(each -> each, Collectors.counting()));
        return IntStream.range(0, shown.size())
                .mapToObj(i ->
                        counts.getOrDefault(shown.get(i), 0L) > 1 ? "%s (%d)".formatted(shown.get(i), i) : shown.get(i))
                .toList();
    }

    private boolean isRepeated(int index) {
        String own = shown.get(index);
        return shown.indexOf(own) != shown.lastIndexOf(own);
    }

    /** The number of tokens. */
    public int length() {
        return ids.length;
    }

    /** The first {@code count} tokens, or all if there are fewer. */
    public Encoded first(int count) {
        int to = Math.min(count, ids.length);
        return new Encoded(
                Arrays.copyOf(ids, to),
                tokens.subList(0, to),
                shown.subList(0, to),
                spans.subList(0, to),
                unknown,
                endsInSpace && to == ids.length);
    }

    /** The last {@code count} tokens, or all if there are fewer. */
    public Encoded last(int count) {
        int from = Math.max(0, ids.length - count);
        return new Encoded(
                Arrays.copyOfRange(ids, from, ids.length),
                tokens.subList(from, ids.length),
                shown.subList(from, ids.length),
                spans.subList(from, ids.length),
                unknown,
                endsInSpace);
    }
}
