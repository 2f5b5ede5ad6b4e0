package io.heed.model;

import ai.djl.ndarray.types.Shape;
import java.util.Locale;

/**
 * One weight of a transformer: what it is for and what it is like, before it has numbers. {@link WeightPlan} lists them.
 *
 * <p>Shapes: V vocabulary, C width, F feed-forward width. Matrices are stored (in, out): {@code y = x·W + b}.
 *
 * @param name its name in files and messages: GPT-2's, without the prefix {@code transformer.}
 * @param part the part of the transformer it belongs to; {@code CROSS} for what a decoder layer looks a source up with
 * @param layer the layer, from 0, or {@link #OUTSIDE} for what stands before or after the layers
 * @param start how it starts where a model is trained anew
 * @param trained whether training changes it
 * @param matrices how many matrices of a layer lie side by side in it: three in queries, keys and values; 0 for tables, norms and biases
 */
public record Weight(
        String name, Trace.Part part, int layer, Role role, Shape shape, Start start, boolean trained, int matrices) {

    /** The layer of what belongs to none. */
    public static final int OUTSIDE = -1;

    /** Whether it belongs to a layer. */
    public boolean inLayer() {
        return layer != OUTSIDE;
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

    /** What stands before and after the layers, and the two blocks a layer has. */
    enum Block {
        ENDS,
        ATTENTION,
        FEED_FORWARD
    }

    /** What a weight is for. */
    public enum Role {
        /** E, the embedding of each token (V,C). */
        TOKENS(Block.ENDS),
        /** The table of positions, a row each (context,C). */
        POSITIONS(Block.ENDS),
        /** What the input of attention is multiplied by, once normalised (C). */
        ATTENTION_NORM(Block.ATTENTION),
        /** What is then added (C). */
        ATTENTION_NORM_SHIFT(Block.ATTENTION),
        /** What makes queries, keys and values, side by side (C,3C). */
        QUERY_KEY_VALUE(Block.ATTENTION),
        /** Its bias (3C). */
        QUERY_KEY_VALUE_BIAS(Block.ATTENTION),
        /** What brings the heads' outputs into the residual stream (C,C). */
        OUTPUT(Block.ATTENTION),
        /** Its bias (C). */
        OUTPUT_BIAS(Block.ATTENTION),
        /** What the input of the feed-forward network is multiplied by, once normalised (C). */
        FEED_FORWARD_NORM(Block.FEED_FORWARD),
        /** What is then added (C). */
        FEED_FORWARD_NORM_SHIFT(Block.FEED_FORWARD),
        /** What makes the feed-forward network's inner numbers (C,F). */
        UP(Block.FEED_FORWARD),
        /** Its bias (F). */
        UP_BIAS(Block.FEED_FORWARD),
        /** What brings them into the residual stream (F,C). */
        DOWN(Block.FEED_FORWARD),
        /** Its bias (C). */
        DOWN_BIAS(Block.FEED_FORWARD),
        /** What the last layer's output is multiplied by, once normalised (C). */
        FINAL_NORM(Block.ENDS),
        /** What is then added (C). */
        FINAL_NORM_SHIFT(Block.ENDS),
        /** U, what makes logits where the token embeddings do not (V,C). */
        HEAD(Block.ENDS);

        final Block block;

        Role(Block block) {
            this.block = block;
        }

        /** Whether every layer has one; the others stand before or after all layers. */
        public boolean inLayer() {
            return block != Block.ENDS;
        }

        /** The name in the texts of the kernels. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How a weight starts where a model is trained anew. */
    public enum Start {
        /** All zeros. */
        ZEROS,
        /** All ones. */
        ONES,
        /** Drawn at random. */
        RANDOM,
        /** Drawn at random, but narrower, since it writes into the residual stream as others do. */
        RANDOM_INTO_RESIDUAL,
        /** As its formula has it, never to be trained. */
        FIXED
    }
}
