package io.heed.model;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Locale;

/**
 * Describes one weight of a transformer: its role, shape and initialization, not its values. {@link WeightPlan} lists
 * them.
 *
 * <p>Shapes: V vocabulary, C width, H heads, K key heads, D the width of a head, F feed-forward width. Matrices are stored (in, out): {@code y = x·W + b}.
 *
 * @param name its name in files and messages: GPT-2's, without the prefix {@code transformer.}
 * @param part the part of the transformer it belongs to; {@code CROSS} for a decoder layer's attention to the source
 * @param layer the layer, from 0, or {@link #OUTSIDE} for weights before or after the layers
 * @param start how it is initialized in a new model
 * @param trained whether training changes it
 * @param matrices the number of columns of each matrix it holds side by side: three matrices for queries, keys and values; none for
 *     tables, norms and biases
 */
public record Weight(
        String name,
        Trace.Part part,
        int layer,
        Role role,
        Shape shape,
        Start start,
        boolean trained,
        List<Long> matrices) {

    /** The layer number of a weight that belongs to no layer. */
    public static final int OUTSIDE = -1;

    /** Copies the columns. */
    public Weight {
        matrices = List.copyOf(matrices);
    }

    /** Whether it belongs to a layer. */
    public boolean inLayer() {
        return layer != OUTSIDE;
    }

    /** Whether it may be kept in a shorter format: a factor of products or a table of tokens. The others are few. */
    public boolean mayBeNarrow() {
        return shape.dimension() == 2 && role != Role.POSITIONS;
    }

    /** Where it belongs, in words, as in "layer 1". */
    public String place() {
        boolean encoder = part == Trace.Part.ENCODER;
        return switch (role) {
            case TOKENS, POSITIONS -> "the embedding";
            case FINAL_NORM, FINAL_NORM_SHIFT -> encoder ? "the encoder's norm" : "the final norm";
            case HEAD -> "the head";
            default -> (encoder ? "encoder layer " : "layer ") + layer;
        };
    }

    /** The weights before and after the layers, and the two blocks of a layer. */
    enum Block {
        ENDS,
        ATTENTION,
        FEED_FORWARD
    }

    /** What a weight is for. */
    public enum Role {
        /** E, the embedding of each token (V,C). */
        TOKENS(Block.ENDS),
        /** The table of positions, one row per position (context,C). */
        POSITIONS(Block.ENDS),
        /** The scale of the norm before attention (C). */
        ATTENTION_NORM(Block.ATTENTION),
        /** Its shift (C). */
        ATTENTION_NORM_SHIFT(Block.ATTENTION),
        /** The projections to queries, keys and values, side by side (C,(H+2K)·D). */
        QUERY_KEY_VALUE(Block.ATTENTION),
        /** Its bias ((H+2K)·D). */
        QUERY_KEY_VALUE_BIAS(Block.ATTENTION),
        /** The scale of the norm of each head's queries (D). */
        QUERY_NORM(Block.ATTENTION),
        /** The scale of the norm of each head's keys (D). */
        KEY_NORM(Block.ATTENTION),
        /** The projection from the heads' outputs into the residual stream (H·D,C). */
        OUTPUT(Block.ATTENTION),
        /** Its bias (C). */
        OUTPUT_BIAS(Block.ATTENTION),
        /** The scale of the norm before the feed-forward network (C). */
        FEED_FORWARD_NORM(Block.FEED_FORWARD),
        /** Its shift (C). */
        FEED_FORWARD_NORM_SHIFT(Block.FEED_FORWARD),
        /** The projection to the gate of the inner vector (C,F). */
        GATE(Block.FEED_FORWARD),
        /** Its bias (F). */
        GATE_BIAS(Block.FEED_FORWARD),
        /** The projection to the feed-forward network's inner vector (C,F). */
        UP(Block.FEED_FORWARD),
        /** Its bias (F). */
        UP_BIAS(Block.FEED_FORWARD),
        /** The projection from the inner vector into the residual stream (F,C). */
        DOWN(Block.FEED_FORWARD),
        /** Its bias (C). */
        DOWN_BIAS(Block.FEED_FORWARD),
        /** The scale of the norm after the last layer (C). */
        FINAL_NORM(Block.ENDS),
        /** Its shift (C). */
        FINAL_NORM_SHIFT(Block.ENDS),
        /** U, the table of an untied head (V,C). */
        HEAD(Block.ENDS);

        final Block block;

        Role(Block block) {
            this.block = block;
        }

        /** Whether every layer has one; the others come before or after all layers. */
        public boolean inLayer() {
            return block != Block.ENDS;
        }

        /** The name in the kernel sources. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How a weight is initialized in a new model. */
    public enum Start {
        /** All zeros. */
        ZEROS,
        /** All ones. */
        ONES,
        /** Drawn at random. */
        RANDOM,
        /** Drawn at random from a narrower distribution, since every layer adds to the residual stream. */
        RANDOM_INTO_RESIDUAL,
        /** Computed by a formula and never trained. */
        FIXED
    }
}
