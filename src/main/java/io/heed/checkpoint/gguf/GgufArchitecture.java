package io.heed.checkpoint.gguf;

import io.heed.HeedException;
import io.heed.model.shape.Activation;
import io.heed.model.shape.Attention;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The kinds of models that are read from GGUF files and written to them, and what such a file does not say of them. */
enum GgufArchitecture {
    GPT2(Activation.GELU_NEW, Attention.Biases.ALL),
    LLAMA(Activation.SILU, Attention.Biases.NONE),
    QWEN2(Activation.SILU, Attention.Biases.QUERY_KEY_VALUE),
    QWEN3(Activation.SILU, Attention.Biases.NONE);

    private final Activation activation;
    private final Attention.Biases biases;

    GgufArchitecture(Activation activation, Attention.Biases biases) {
        this.activation = activation;
        this.biases = biases;
    }

    /** Its name in GGUF files, and the {@code model_type} of its folders. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The function in its feed-forward networks. */
    Activation activation() {
        return activation;
    }

    /** Which projections of its attention have biases. */
    Attention.Biases biases() {
        return biases;
    }

    /** Whether it has Llama's shape: rotary positions, norms by the root mean square and a gate. */
    boolean isRotary() {
        return this != GPT2;
    }

    /** Whether a file has the rows of queries and keys in pairs that are rotated together. */
    boolean rotatesNeighbours() {
        return this == LLAMA;
    }

    /**
     * Finds the one of a file.
     *
     * @throws HeedException if it is not known
     */
    static GgufArchitecture of(GgufMetadata metadata) {
        String key = "general.architecture";
        String name = metadata.text(key);
        return Stream.of(values())
                .filter(known -> known.label().equals(name))
                .findFirst()
                .orElseThrow(() -> metadata.wrong(key, "and Heed reads " + all()));
    }

    /** The names of all, for messages. */
    static String all() {
        return Stream.of(values()).map(GgufArchitecture::label).collect(Collectors.joining(", "));
    }
}
