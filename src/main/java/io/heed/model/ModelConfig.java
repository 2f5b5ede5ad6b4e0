package io.heed.model;

/**
 * The shape of a transformer.
 *
 * @param vocabulary V, the number of tokens it knows
 * @param context the largest number of positions T it can read at once
 * @param width C, the size of the vector that stands for a token between layers
 * @param layers the number of layers; with an encoder, of each of the two
 * @param heads H, the number of attention heads of a layer; each sees D = C/H numbers
 * @param feedForward F, the size of the feed-forward network's inner vector
 * @param positions how positions are told apart
 * @param activation the feed-forward network's activation
 * @param epsilon what layer normalisation adds to the variance
 * @param embeddingScale what token embeddings are multiplied by before positions are added; √C in the original transformer, 1 in GPT-2
 * @param dropout the share of activations set to zero while training
 * @param biases whether projections and norms have trained biases; without, they are there and stay zero
 * @param architecture whether it has an encoder
 * @param tiedHead whether logits come of the token embeddings; without, of a table of their own
 */
public record ModelConfig(
        int vocabulary,
        int context,
        int width,
        int layers,
        int heads,
        int feedForward,
        Positions positions,
        Activation activation,
        double epsilon,
        double embeddingScale,
        double dropout,
        boolean biases,
        Architecture architecture,
        boolean tiedHead) {

    /**
     * Checks what a transformer of this shape needs.
     *
     * @throws IllegalArgumentException with a sentence that names the value that is wrong
     */
    public ModelConfig {
        requirePositive("vocabulary", vocabulary);
        requirePositive("context", context);
        requirePositive("width", width);
        requirePositive("layers", layers);
        requirePositive("heads", heads);
        requirePositive("feed_forward", feedForward);
        if (width % heads != 0) {
            throw new IllegalArgumentException(
                    "heads: %d does not divide width %d; each head takes an equal part".formatted(heads, width));
        }
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException("dropout: %s is not a share from 0 up to 1".formatted(dropout));
        }
    }

    /** A decoder by itself, whose logits come of its token embeddings. */
    public ModelConfig(
            int vocabulary,
            int context,
            int width,
            int layers,
            int heads,
            int feedForward,
            Positions positions,
            Activation activation,
            double epsilon,
            double embeddingScale,
            double dropout,
            boolean biases) {
        this(
                vocabulary,
                context,
                width,
                layers,
                heads,
                feedForward,
                positions,
                activation,
                epsilon,
                embeddingScale,
                dropout,
                biases,
                Architecture.DECODER_ONLY,
                true);
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("%s: %d is not a positive number".formatted(name, value));
        }
    }

    /** Returns the same shape where it has no say in the weights: with another context, embedding scale and dropout. */
    public ModelConfig with(int context, double embeddingScale, double dropout) {
        return new ModelConfig(
                vocabulary,
                context,
                width,
                layers,
                heads,
                feedForward,
                positions,
                activation,
                epsilon,
                embeddingScale,
                dropout,
                biases,
                architecture,
                tiedHead);
    }

    /** Whether it has an encoder, and so translates. */
    public boolean translates() {
        return architecture == Architecture.ENCODER_DECODER;
    }

    /** D, the size of one head's queries, keys and values: C/H. */
    public int headWidth() {
        return width / heads;
    }
}
