package io.heed.checkpoint;

import io.heed.HeedException;
import io.heed.model.Activation;
import io.heed.model.Architecture;
import io.heed.model.ModelConfig;
import io.heed.model.Positions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Translates between a {@link ModelConfig} and the config.json of a Hugging Face GPT-2 folder, or, with an encoder, that of a folder of
 * Heed's own, whose keys are GPT-2's too.
 */
final class GptConfig {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final String WITH_ENCODER = "heed-encoder-decoder";

    private GptConfig() {}

    /** Whether a config.json is of a model with an encoder. */
    static boolean translates(JsonNode root) {
        return root.path("model_type").asString("").equals(WITH_ENCODER);
    }

    /** Returns the config.json of a model whose embedding scale is folded into its weights. */
    static String write(ModelConfig config, int startId, int endId) {
        ObjectNode root = JSON.createObjectNode();
        root.putArray("architectures").add(config.translates() ? "HeedEncoderDecoderModel" : "GPT2LMHeadModel");
        root.put("model_type", config.translates() ? WITH_ENCODER : "gpt2");
        root.put("vocab_size", config.vocabulary());
        root.put("n_positions", config.context());
        root.put("n_embd", config.width());
        root.put("n_layer", config.layers());
        root.put("n_head", config.heads());
        root.put("n_inner", config.feedForward());
        root.put("activation_function", config.activation().toString());
        root.put("layer_norm_epsilon", config.epsilon());
        root.put("embd_pdrop", config.dropout());
        root.put("attn_pdrop", config.dropout());
        root.put("resid_pdrop", config.dropout());
        root.put("initializer_range", 0.02);
        root.put("scale_attn_weights", true);
        root.put("tie_word_embeddings", true);
        root.put("use_cache", true);
        root.put("torch_dtype", "float32");
        put(root, "bos_token_id", startId);
        put(root, "eos_token_id", endId);
        ObjectNode heed = root.putObject("heed");
        heed.put("positions", config.positions().toString());
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private static void put(ObjectNode root, String key, int id) {
        if (id < 0) {
            root.putNull(key);
        } else {
            root.put(key, id);
        }
    }

    /**
     * Reads a config.json.
     *
     * @param file its name, for messages
     * @throws HeedException if it is of another kind of model, or a value is missing or wrong
     */
    static ModelConfig read(JsonNode root, Path file) {
        String type = root.path("model_type").asString("");
        if (!type.equals("gpt2") && !translates(root)) {
            throw new HeedException("%s: model_type \"%s\" is not supported; Heed reads gpt2 and %s"
                    .formatted(file, type, WITH_ENCODER));
        }
        supported(root, "scale_attn_weights", true, file);
        supported(root, "scale_attn_by_inverse_layer_idx", false, file);
        supported(root, "tie_word_embeddings", true, file);
        supported(root, "add_cross_attention", false, file);
        int width = number(root, "n_embd", file);
        int inner = root.path("n_inner").isNumber() ? number(root, "n_inner", file) : 4 * width;
        try {
            return new ModelConfig(
                    number(root, "vocab_size", file),
                    number(root, "n_positions", file),
                    width,
                    number(root, "n_layer", file),
                    number(root, "n_head", file),
                    inner,
                    root.path("heed").path("positions").asString("").equals("sinusoidal")
                            ? Positions.SINUSOIDAL
                            : Positions.LEARNED,
                    activation(root, file),
                    root.path("layer_norm_epsilon").asDouble(1e-5),
                    1,
                    root.path("resid_pdrop").asDouble(0),
                    true, // a folder always has biases, and other tools may have trained them
                    translates(root) ? Architecture.ENCODER_DECODER : Architecture.DECODER_ONLY);
        } catch (IllegalArgumentException e) {
            throw new HeedException("%s: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static void supported(JsonNode root, String key, boolean value, Path file) {
        if (root.path(key).asBoolean(value) != value) {
            throw new HeedException("%s: %s %s is not supported".formatted(file, key, !value));
        }
    }

    private static Activation activation(JsonNode root, Path file) {
        String name = root.path("activation_function").asString("gelu_new");
        List<Activation> all = Arrays.asList(Activation.values());
        return all.stream()
                .filter(activation -> activation.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new HeedException(
                        "%s: activation_function \"%s\" is not one of %s".formatted(file, name, all)));
    }

    private static int number(JsonNode root, String key, Path file) {
        JsonNode value = root.path(key);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            String found = value.isMissingNode() ? "is missing" : "is %s, not a whole number".formatted(value);
            throw new HeedException("%s: %s %s".formatted(file, key, found));
        }
        return value.intValue();
    }
}
