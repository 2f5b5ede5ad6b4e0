package io.heed.inspect.circuit;

import java.util.regex.Pattern;

/**
 * What one part of a model adds to the residual stream and another reads from it.
 *
 * @param from the part that adds
 * @param to the input that reads
 */
public record Edge(Node from, Input to) {

    private static final Pattern FEED_FORWARD = Pattern.compile("ff\\d+$");

    /** What the reader of an edge does with what it reads, in words, by the edge's name. */
    public static String meaning(String name) {
        String input = name.substring(name.indexOf('→') + 1);
        if (input.equals("logits")) {
            return "says it";
        }
        if (FEED_FORWARD.matcher(input).find()) {
            return "the feed-forward network works on it";
        }
        String head = input.substring(0, input.lastIndexOf('.'));
        return switch (input.charAt(input.length() - 1)) {
            case 'q' -> "head " + head + " looks for something by it";
            case 'k' -> "head " + head + " finds it";
            default -> "head " + head + " moves it";
        };
    }

    /** Its name, such as {@code 0.2→1.0.k}. */
    @Override
    public String toString() {
        return from + "→" + to;
    }
}
