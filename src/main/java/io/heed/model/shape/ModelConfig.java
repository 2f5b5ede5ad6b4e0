package io.heed.model.shape;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a transformer. Build one with {@link #builder}, which has a default for everything but its size.
 *
 * @param vocabulary V, the number of tokens it knows
 * @param context the largest number of positions T it can read at once
 * @param width C, the size of the residual stream's vectors
 * @param layers the number of layers; with an encoder, of the encoder and of the decoder
 * @param attention how its layers attend
 * @param feedForward how they transform each position
 * @param norm how they normalise their inputs
 * @param residual in which order a layer's two blocks read the residual stream
 * @param positions how positions are encoded
 * @param embeddingScale what token embeddings are multiplied by before positions are added; √C in the original
 *     transformer, 1 in GPT-2
 * @param tiedHead whether logits are computed from the token embeddings rather than a table of their own
 * @param dropout the share of activations set to zero while training
 * @param architecture whether it has an encoder
 */
public record ModelConfig(
        int vocabulary,
        int context,
        int width,
        int layers,
        Attention attention,
        FeedForward feedForward,
        Norm norm,
        Residual residual,
        Positions positions,
        double embeddingScale,
        boolean tiedHead,
        double dropout,
        Architecture architecture)
        implements Serializable {

    /**
     * Checks the shape.
     *
     * @throws IllegalArgumentException naming the value that is wrong
     */
    public ModelConfig {
        requirePositive("vocabulary", vocabulary);
        requirePositive("context", context);
        requirePositive("width", width);
        requirePositive("layers", layers);
        if (attention.width() == 0 && width % attention.heads() != 0) {
            throw new IllegalArgumentException("heads: %d does not divide width %d; each head takes an equal part"
                    .formatted(attention.heads(), width));
        }
        requireRotary(attention, width, positions);
        if (architecture == Architecture.ENCODER_DECODER) {
            requireOfTranslation(attention, residual);
        }
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException("dropout: %s is not at least 0 and less than 1".formatted(dropout));
        }
    }

    private static void requireOfTranslation(Attention attention, Residual residual) {
        if (residual == Residual.PARALLEL || attention.queryKeyNorm() || attention.window() != null) {
            throw new IllegalArgumentException(
                    "architecture: encoder-decoder has neither a parallel residual, nor query_key_norm, nor a window");
        }
    }

    private static void requireRotary(Attention attention, int width, Positions positions) {
        if (positions instanceof Positions.Rotary rotary) {
            int turned = (int)
                    ((attention.width() == 0 ? width / attention.heads() : attention.width()) * rotary.fraction());
            if (turned < 2 || turned % 2 != 0) {
                throw new IllegalArgumentException(
                        "rotary_fraction: %s of a head is %d numbers, which do not form pairs"
                                .formatted(rotary.fraction(), turned));
            }
        }
    }

    static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("%s: %d is not a positive number".formatted(name, value));
        }
    }

    /** Whether it has an encoder, and therefore translates. */
    public boolean translates() {
        return architecture == Architecture.ENCODER_DECODER;
    }

    /** H, the number of attention heads of a layer. */
    public int heads() {
        return attention.heads();
    }

    /** D, the size of one head's queries, keys and values. */
    public int headWidth() {
        return attention.width() == 0 ? width / heads() : attention.width();
    }

    /** The shape in words: layers, heads, width, context, tokens. */
    public String inWords() {
        return "%d layers, %d heads, width %d, context %d, %d tokens"
                .formatted(layers, heads(), width, context, vocabulary);
    }

    /** H·D, the size of a position's queries. */
    public int queriesWidth() {
        return heads() * headWidth();
    }

    /** K·D, the size of a position's keys, and of its values. */
    public int keysWidth() {
        return attention.keyHeads() * headWidth();
    }

    /**
     * Starts a builder with GPT-2's shape, but one head and sinusoidal positions.
     *
     * @param vocabulary V, the number of tokens it knows
     * @param context the largest number of positions it can read at once
     * @param width C, the size of the residual stream's vectors
     * @param layers the number of layers
     */
    public static Builder builder(int vocabulary, int context, int width, int layers) {
        return new Builder(vocabulary, context, width, layers);
    }

    /** Starts a builder with this shape. */
    public Builder toBuilder() {
        return builder(vocabulary, context, width, layers)
                .attention(attention)
                .feedForward(feedForward)
                .norm(norm)
                .residual(residual)
                .positions(positions)
                .embeddingScale(embeddingScale)
                .tiedHead(tiedHead)
                .dropout(dropout)
                .architecture(architecture);
    }

    /** Builds a shape. Each method returns this builder; {@link ModelConfig} describes the values. */
    public static final class Builder {

        private final int width;
        private int vocabulary;
        private int layers;
        private int context;
        private Attention attention = new Attention(1, true);
        private @Nullable FeedForward feedForward;
        private Norm norm = new Norm(1e-5, true);
        private Residual residual = Residual.SEQUENTIAL;
        private Positions positions = new Positions.Sinusoidal();
        private double embeddingScale = 1;
        private boolean tiedHead = true;
        private double dropout;
        private Architecture architecture = Architecture.DECODER_ONLY;

        private Builder(int vocabulary, int context, int width, int layers) {
            this.vocabulary = vocabulary;
            this.context = context;
            this.width = width;
            this.layers = layers;
        }

        public Builder vocabulary(int tokens) {
            vocabulary = tokens;
            return this;
        }

        public Builder layers(int number) {
            layers = number;
            return this;
        }

        public Builder context(int positions) {
            context = positions;
            return this;
        }

        public Builder attention(Attention shape) {
            attention = shape;
            return this;
        }

        public Builder feedForward(FeedForward shape) {
            feedForward = shape;
            return this;
        }

        public Builder norm(Norm kind) {
            norm = kind;
            return this;
        }

        public Builder residual(Residual order) {
            residual = order;
            return this;
        }

        public Builder positions(Positions kind) {
            positions = kind;
            return this;
        }

        public Builder embeddingScale(double factor) {
            embeddingScale = factor;
            return this;
        }

        public Builder tiedHead(boolean tied) {
            tiedHead = tied;
            return this;
        }

        public Builder dropout(double share) {
            dropout = share;
            return this;
        }

        public Builder architecture(Architecture made) {
            architecture = made;
            return this;
        }

        /**
         * Returns the shape.
         *
         * @throws IllegalArgumentException naming the value that is wrong
         */
        public ModelConfig build() {
            FeedForward inner = feedForward == null
                    ? new FeedForward(Math.multiplyExact(4, Math.max(1, width)), Activation.GELU_NEW, true)
                    : feedForward;
            return new ModelConfig(
                    vocabulary,
                    context,
                    width,
                    layers,
                    attention,
                    inner,
                    norm,
                    residual,
                    positions,
                    embeddingScale,
                    tiedHead,
                    dropout,
                    architecture);
        }
    }
}
