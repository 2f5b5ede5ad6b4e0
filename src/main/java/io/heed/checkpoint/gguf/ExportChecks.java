package io.heed.checkpoint.gguf;

import io.heed.HeedException;
import io.heed.text.Visible;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Checks the values of a config.json that a GGUF file has no key for: each has to be the one that llama.cpp assumes.
 *
 * @param file the config.json
 * @param config its content
 * @param architecture the kind of model
 */
record ExportChecks(Path file, JsonNode config, GgufArchitecture architecture) {

    /** The values that llama.cpp assumes; a key that is missing or null is accepted too. */
    private static final Map<String, List<String>> ALLOWED = Map.ofEntries(
            Map.entry("hidden_act", List.of("silu", "swish")),
            Map.entry("activation_function", List.of("gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_accurate")),
            Map.entry("scale_attn_weights", List.of("true")),
            Map.entry("scale_attn_by_inverse_layer_idx", List.of("false")),
            Map.entry("attention_bias", List.of("false")),
            Map.entry("mlp_bias", List.of("false")),
            Map.entry("use_sliding_window", List.of("false")),
            Map.entry("add_cross_attention", List.of("false")),
            Map.entry("partial_rotary_factor", List.of("1", "1.0")));

    private static final List<String> SCALINGS = List.of("default", "linear", "yarn");

    /**
     * Checks them.
     *
     * @throws HeedException naming the key and its value
     */
    void check() {
        ALLOWED.forEach((key, allowed) -> {
            JsonNode value = config.path(key);
            if (!value.isMissingNode() && !value.isNull() && !allowed.contains(value.asString())) {
                throw refused(key, value);
            }
        });
        for (String key : List.of("quantization_config", "pruned_heads")) {
            if (!config.path(key).isNull() && !config.path(key).isEmpty()) {
                throw refused(key, config.path(key));
            }
        }
        scaling(config).ifPresent(scaling -> {
            boolean plain = scaling.path("attention_factor").isMissingNode()
                    && scaling.path("beta_fast").asDouble(32) == 32
                    && scaling.path("beta_slow").asDouble(1) == 1;
            String type =
                    scaling.path("rope_type").asString(scaling.path("type").asString(""));
            if (!SCALINGS.contains(type) || !plain) {
                throw refused("rope_scaling", scaling);
            }
        });
    }

    /** The scaling of rotary positions, if there is one. */
    static Optional<JsonNode> scaling(JsonNode config) {
        JsonNode scaling = config.path("rope_scaling");
        String type = scaling.path("rope_type").asString(scaling.path("type").asString("default"));
        return type.equals("default") ? Optional.empty() : Optional.of(scaling);
    }

    /** What transformers assumes for a number that a config.json does not have. */
    static double usual(String key) {
        return switch (key) {
            case "rope_theta" -> 10_000;
            case "layer_norm_epsilon" -> 1e-5;
            default -> 1e-6;
        };
    }

    private HeedException refused(String key, JsonNode value) {
        return new HeedException("%s: %s is %s, which a GGUF file of %s cannot express"
                .formatted(file, key, Visible.text(value.toString()), architecture.label()));
    }
}
