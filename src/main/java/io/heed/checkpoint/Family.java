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

/** A kind of Hugging Face folder: what the keys of its config.json and the names of its tensors mean. */
sealed interface Family permits Gpt2, HeedEncoderDecoder {

    /** All families that are known. */
    List<Family> ALL = List.of(new Gpt2(), new HeedEncoderDecoder());

    /** Its {@code model_type}. */
    String type();

    /** Its name in {@code architectures}. */
    String architecture();

    /** Other names of its keys. */
    Map<String, String> secondNames();

    /** Whether it tells of models with an encoder. */
    boolean translates();

    /**
     * Reads a shape.
     *
     * @throws HeedException naming the key, if a value is missing, wrong or changes what is computed in a way that Heed does not know
     * @throws IllegalArgumentException if no transformer has this shape
     */
    ModelConfig read(ConfigJson json);

    /** Writes a shape, of a model whose embedding scale is folded into its weights. */
    void write(ModelConfig config, ObjectNode root);

    /** What stands before the names of tensors, in some folders; the head's has none. */
    String prefix();

    /** The name of a weight's tensor, without prefix. */
    String tensor(Weight weight);

    /** Whether a folder may have a tensor of this name, without prefix, that nothing needs. */
    boolean ignores(String tensor);

    /** What the queries of a layer are multiplied by, on reading, so that scores are {@code q·k/√D}. */
    float queryFactor(ConfigJson json, ModelConfig config, int layer);

    /**
     * Which power of the embedding scale s a weight is multiplied by on writing. Families know no such scale: {@code E·s} is stored for E,
     * and where logits come of E, the final norm is divided by s, which leaves {@code LN_f(x)·Eᵀ} as it was.
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

    /** Returns a number's power of exponent -1, 0 or 1. */
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
     * @throws HeedException if it is of none
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
