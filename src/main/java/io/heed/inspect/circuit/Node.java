package io.heed.inspect.circuit;

import io.heed.model.Head;

/**
 * A part of a model that adds to the residual stream.
 *
 * @param kind what it is
 * @param layer its layer, from 0; -1 for the words
 * @param head its head, from 0; -1 if it is none
 */
public record Node(Kind kind, int layer, int head) {

    /** What parts there are. */
    public enum Kind {
        /** The embeddings of the words. */
        WORDS,
        /** A head of self-attention. */
        HEAD,
        /** A feed-forward network. */
        FEED_FORWARD
    }

    static final Node WORDS = new Node(Kind.WORDS, -1, -1);

    static Node of(Head head) {
        return new Node(Kind.HEAD, head.layer(), head.head());
    }

    static Node feedForward(int layer) {
        return new Node(Kind.FEED_FORWARD, layer, -1);
    }

    /** Its name: {@code words}, {@code 1.0} for layer 1, head 0, or {@code ff1}. */
    @Override
    public String toString() {
        return switch (kind) {
            case WORDS -> "words";
            case HEAD -> layer + "." + head;
            case FEED_FORWARD -> "ff" + layer;
        };
    }
}
