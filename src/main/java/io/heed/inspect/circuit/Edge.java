package io.heed.inspect.circuit;

/**
 * What one part of a model adds to the residual stream and another reads from it.
 *
 * @param from the part that adds
 * @param to the input that reads
 */
public record Edge(Node from, Input to) {

    /** Its name, such as {@code 0.2→1.0.k}. */
    @Override
    public String toString() {
        return from + "→" + to;
    }
}
