package io.heed.checkpoint.gguf;

import tools.jackson.databind.JsonNode;

/**
 * The sizes that determine the shapes of a model's tensors.
 *
 * @param vocabulary the number of tokens
 * @param context the number of positions
 * @param width the width of the residual stream
 * @param inner the width of the feed-forward networks
 * @param heads the number of query heads of a layer
 * @param keyHeads the number of key heads of a layer
 * @param head the width of a head
 * @param layers the number of layers
 */
record Dimensions(int vocabulary, int context, int width, int inner, int heads, int keyHeads, int head, int layers) {

    /** The dimensions that a config.json gives. */
    static Dimensions of(GgufArchitecture architecture, JsonNode config) {
        int width = number(architecture, config, "embedding_length");
        int heads = number(architecture, config, "attention.head_count");
        return new Dimensions(
                config.path("vocab_size").asInt(),
                number(architecture, config, "context_length"),
                width,
                number(architecture, config, "feed_forward_length"),
                heads,
                architecture.isRotary() ? config.path("num_key_value_heads").asInt(heads) : heads,
                config.path("head_dim").asInt(width / heads),
                number(architecture, config, "block_count"));
    }

    private static int number(GgufArchitecture architecture, JsonNode config, String key) {
        return config.path(architecture.huggingFace(key)).asInt();
    }

    /** The shape of a tensor in a Hugging Face folder. */
    long[] shape(TensorName name) {
        return name.shape().chars().mapToLong(this::size).toArray();
    }

    private long size(int letter) {
        return switch (letter) {
            case 'V' -> vocabulary;
            case 'T' -> context;
            case 'C' -> width;
            case 'F' -> inner;
            case 'Q' -> (long) heads * head;
            case 'K' -> (long) keyHeads * head;
            case 'D' -> head;
            case '3' -> 3L * width;
            default -> throw new IllegalArgumentException("no dimension is called " + (char) letter);
        };
    }

    /**
     * Where a row of a Hugging Face tensor lies in a GGUF file's.
     *
     * @param row from 0
     */
    long ggufRow(TensorName.Layout layout, long row) {
        return layout == TensorName.Layout.SAME
                ? row
                : row / head * head + row % head % (head / 2) * 2 + row % head / (head / 2);
    }

    /**
     * Where a row of a GGUF file's tensor lies in the Hugging Face one.
     *
     * @param row from 0
     */
    long huggingFaceRow(TensorName.Layout layout, long row) {
        return layout == TensorName.Layout.SAME ? row : row / head * head + row % head / 2 + row % 2 * (head / 2);
    }
}
