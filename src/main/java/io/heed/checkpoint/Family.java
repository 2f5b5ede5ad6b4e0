package io.heed.checkpoint;

import io.heed.HeedException;
import io.heed.model.ModelConfig;
import io.heed.model.Trace;
import io.heed.model.Weight;
import io.heed.text.Visible;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A kind of Hugging Face model folder: translates the keys of its config.json and the names of its tensors. */
sealed interface Family permits Gpt2, HeedEncoderDecoder {

    /** All supported families. */
    List<Family> ALL = List.of(new Gpt2(), new HeedEncoderDecoder());

    /** Its {@code model_type}. */
    String type();

    /** Its name in {@code architectures}. */
    String architecture();

    /** Alternative names of its keys. */
    Map<String, String> secondNames();

    /** Whether its models have an encoder. */
    boolean translates();

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

    /** The name of a weight's tensor, without the prefix. */
    String tensor(Weight weight);

    /** Whether to ignore a tensor of this name (without the prefix). */
    boolean ignores(String tensor);

    /** The factor to multiply a layer's queries by when reading, so that scores are {@code q·k/√D}. */
    float queryFactor(ConfigJson json, ModelConfig config, int layer);

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

    /** The family of a shape. */
    static Family of(ModelConfig config) {
        return ALL.stream()
                .filter(family -> family.translates() == config.translates())
                .findFirst()
                .orElseThrow();
    }

    /**
     * The family of a config.json.
     *
     * @throws HeedException if it belongs to none
     */
    static Family of(JsonNode root, Path file) {
        String known = ALL.stream().map(Family::type).collect(Collectors.joining(" and "));
        String type = root.path("model_type").asString("");
        if (root.path("model_type").isMissingNode() || root.path("model_type").isNull()) {
            throw new HeedException("%s: model_type is missing; Heed reads %s".formatted(file, known));
        }
        return ALL.stream()
                .filter(family -> family.type().equals(type))
                .findFirst()
                .orElseThrow(() -> new HeedException("%s: model_type \"%s\" is not supported; Heed reads %s"
                        .formatted(file, Visible.text(type), known)));
    }
}
