package io.heed.inspect.circuit.graph;

import io.heed.model.Trace.Part;

/**
 * A part of a model that adds to the residual stream.
 *
 * @param part the part of the transformer it belongs to
 * @param kind what it is
 * @param layer its layer, from 0; -1 for the words
 * @param head its head, from 0; -1 if it is none
 */
public record Node(Part part, Kind kind, int layer, int head) {

    /** What parts there are. */
    public enum Kind {
        /** The embeddings of the words. */
        WORDS,
        /** A head. */
        HEAD,
        /** A feed-forward network. */
        FEED_FORWARD
    }

    public static Node words(Part part) {
        return new Node(part, Kind.WORDS, -1, -1);
    }

    public static Node head(Part part, int layer, int head) {
        return new Node(part, Kind.HEAD, layer, head);
    }

    public static Node feedForward(Part part, int layer) {
        return new Node(part, Kind.FEED_FORWARD, layer, -1);
    }

    /** What the names of a part's nodes and inputs begin with. */
    public static String prefix(Part part) {
        return switch (part) {
            case ENCODER -> "enc.";
            case CROSS -> "cross.";
            case DECODER -> "";
        };
    }

    /**
     * Its name: {@code words}, {@code 1.0} for layer 1, head 0, or {@code ff1}; in an encoder {@code source}, {@code enc.1.0} and {@code
     * enc.ff1}; {@code cross.1.0} for a head that attends to the source.
     */
    @Override
    public String toString() {
        return switch (kind) {
            case WORDS -> part == Part.ENCODER ? "source" : "words";
            case HEAD -> prefix(part) + layer + "." + head;
            case FEED_FORWARD -> prefix(part) + "ff" + layer;
        };
    }
}
