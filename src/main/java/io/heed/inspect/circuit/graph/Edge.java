package io.heed.inspect.circuit.graph;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * What one part of a model adds to the residual stream and another reads from it.
 *
 * @param from the part that adds
 * @param to the input that reads
 */
public record Edge(Node from, Input to) {

    /** What its reader does with what it reads, in words. */
    public String meaning() {
        String head = "head " + Node.prefix(to.part()) + to.layer() + "." + to.head();
        return switch (to.reader()) {
            case QUERY -> head + " looks for something by it";
            case KEY -> head + " finds it";
            case VALUE -> head + " moves it";
            case FEED_FORWARD -> "the feed-forward network works on it";
            case LOGITS -> "says it";
        };
    }

    /** Its name, such as {@code 0.2→1.0.k}. */
    @JsonValue
    @Override
    public String toString() {
        return from + "→" + to;
    }
}
