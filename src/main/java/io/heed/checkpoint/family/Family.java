package io.heed.checkpoint.family;

import io.heed.HeedException;
import io.heed.model.Trace;
import io.heed.model.Weight;
import io.heed.model.shape.ModelConfig;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** A kind of Hugging Face model folder: translates the keys of its config.json and the names of its tensors. */
public sealed interface Family permits Gpt2, HeedEncoderDecoder, HeedDecoder, LlamaLike, GptNeoX {

    /** Its {@code model_type}. */
    String type();

    /** Its name in {@code architectures}. */
    String architecture();

    /** Alternative names of its keys. */
    default Map<String, String> secondNames() {
        return Map.of();
    }

    /** Whether its models have an encoder. */
    default boolean translates() {
        return false;
    }

    /** Whether its folders can describe a shape. A model is written by the first family that can. */
    boolean has(ModelConfig config);

    /**
     * Reads a shape.
     *
     * @throws HeedException naming the key, if a value is missing or wrong, or asks for a computation that Heed does
     *     not support
     * @throws IllegalArgumentException if no transformer has this shape
     */
    ModelConfig read(ConfigJson json);

    /** Writes the shape of a model whose embedding scale is folded into its weights. */
    void write(ModelConfig config, ObjectNode root);

    /** The prefix that some folders put before tensor names, except the head's. */
    String prefix();

    /** How a weight of a shape is stored. */
    StoredAs stored(Weight weight, ModelConfig config);

    /** The name of the head's tensor; a tied head's is a copy of E. */
    default String head() {
        return "lm_head.weight";
    }

    /** The name of a tensor in the files that are written. */
    default String fullName(String tensor) {
        return tensor.equals(head()) ? tensor : prefix() + tensor;
    }

    /** Whether to ignore a tensor of this name (without the prefix). */
    boolean ignores(String tensor);

    /** The factor to multiply a layer's queries by when reading, so that scores are {@code q·k/√D}. */
    default float queryFactor(ConfigJson json, ModelConfig config, int layer) {
        return 1;
    }

    /**
     * The power of the embedding scale s to multiply a weight by when writing. Families have no such scale: {@code E·s}
     * is stored for E, and if the head is tied, the final norm is divided by s, which leaves {@code LN_f(x)·Eᵀ}
     * unchanged.
     */
    static int scalePower(Weight weight, ModelConfig config) {
        if (weight.inLayer() || weight.part() == Trace.Part.ENCODER) {
            return 0;
        }
        return switch (weight.role()) {
            case TOKENS -> 1;
            case FINAL_NORM, FINAL_NORM_SHIFT -> config.tiedHead() ? -1 : 0;
            default -> 0;
        };
    }

    /** Returns a number raised to the power -1, 0 or 1. */
    static double power(double number, int exponent) {
        return exponent == 0 ? 1 : exponent > 0 ? number : 1 / number;
    }
}
