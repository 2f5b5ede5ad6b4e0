package io.heed.model.shape;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a transformer's attention, the same in every layer.
 *
 * @param heads H, the number of query heads
 * @param keyHeads K, the number of key and value heads; H/K adjacent query heads share each (grouped-query attention; Ainslie et al.,
 *     arXiv 2305.13245)
 * @param width D, the size of one head's queries, keys and values; 0 for C/H
 * @param biases which projections have trained biases; the other biases exist and stay zero
 * @param queryKeyNorm whether to normalise each head's queries and keys by their root mean square, with a trained scale, before
 *     positions are applied (Henry et al., arXiv 2010.04245; as in Qwen3)
 * @param window how far back some layers attend, or null if all layers attend to every earlier position
 */
public record Attention(
        int heads,
        int keyHeads,
        int width,
        Biases biases,
        boolean queryKeyNorm,
        @Nullable SlidingWindow window) implements Serializable {

    /** Which projections of an attention have biases. */
    public enum Biases {
        /** None. */
        NONE,
        /** Those of queries, keys and values, as in Qwen2. */
        QUERY_KEY_VALUE,
        /** All, as in GPT-2. */
        ALL
    }

    /** A shape whose heads each have their own keys and values, and an equal part of the width, as in GPT-2. */
    public Attention(int heads, boolean biases) {
        this(heads, heads, 0, biases ? Biases.ALL : Biases.NONE, false, null);
    }

    /**
     * Checks the shape.
     *
     * @throws IllegalArgumentException naming the value that is wrong
     */
    public Attention {
        ModelConfig.requirePositive("heads", heads);
        ModelConfig.requirePositive("key_heads", keyHeads);
        if (width < 0) {
            throw new IllegalArgumentException("head_width: %d is negative".formatted(width));
        }
        if (heads % keyHeads != 0) {
            throw new IllegalArgumentException(
                    "key_heads: %d does not divide heads %d; equally many heads share each key head"
                            .formatted(keyHeads, heads));
        }
    }

    /** This shape with another number of key and value heads. */
    public Attention withKeyHeads(int number) {
        return new Attention(heads, number, width, biases, queryKeyNorm, window);
    }

    /** This shape with heads of another size. */
    public Attention withWidth(int size) {
        return new Attention(heads, keyHeads, size, biases, queryKeyNorm, window);
    }

    /** This shape with other biases. */
    public Attention withBiases(Biases which) {
        return new Attention(heads, keyHeads, width, which, queryKeyNorm, window);
    }

    /** This shape with queries and keys normalised, or not. */
    public Attention withQueryKeyNorm(boolean normalised) {
        return new Attention(heads, keyHeads, width, biases, normalised, window);
    }

    /** This shape with a window. */
    public Attention withWindow(@Nullable SlidingWindow seen) {
        return new Attention(heads, keyHeads, width, biases, queryKeyNorm, seen);
    }

    /** The number of heads that share a key head, H/K. */
    public int sharing() {
        return heads / keyHeads;
    }

    /** The key head that a head shares with others, or null if it has one of its own. */
    public @Nullable Integer sharedKeyHeadOf(int head) {
        return sharing() == 1 ? null : keyHeadOf(head);
    }

    /** The key head that a head uses. */
    public int keyHeadOf(int head) {
        return head / sharing();
    }
}
