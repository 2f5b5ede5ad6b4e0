package io.heed.checkpoint;

import io.heed.HeedException;
import io.heed.model.Activation;
import io.heed.model.Architecture;
import io.heed.model.ModelConfig;
import io.heed.model.Positions;
import io.heed.text.SpecialIds.InFile;
import io.heed.text.Visible;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    /** transformers' second names of GPT-2's keys: where both are given, it takes the second. */
    private static final Map<String, String> SECOND_NAMES = Map.of(
            "n_embd", "hidden_size",
            "n_layer", "num_hidden_layers",
            "n_head", "num_attention_heads",
            "n_positions", "max_position_embeddings");

    /**
     * transformers' names of activations. In float32, on 240,001 values from -12 to 12, those of one function differ by at most 4.8e-7:
     * they compute it in another order.
     */
    private static final Map<String, Activation> ACTIVATIONS = activations();

    private GptConfig() {}

    /** Whether a config.json is of a model with an encoder. */
    static boolean translates(JsonNode root) {
        return root.path("model_type").asString("").equals(WITH_ENCODER);
    }

    /** Returns the config.json of a model whose embedding scale is folded into its weights. */
    static String write(ModelConfig config, InFile ids) {
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
        root.put("tie_word_embeddings", config.tiedHead());
        root.put("use_cache", true);
        root.put("torch_dtype", "float32");
        GenerationConfig.put(root, ids);
        ObjectNode heed = root.putObject("heed");
        heed.put("positions", config.positions().toString());
        heed.put("embedding_scale", config.embeddingScale());
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    /**
     * Reads a config.json.
     *
     * @param file its name, for messages
     * @throws HeedException if it is of another kind of model, or a value is missing, wrong or not supported
     */
    static ModelConfig read(JsonNode root, Path file) {
        requireKnown(root, file);
        int width = positive(root, "n_embd", file);
        int heads = positive(root, "n_head", file);
        if (width % heads != 0) {
            throw wrong(root, "n_head", "which does not divide %s, %d".formatted(key(root, "n_embd"), width), file);
        }
        try {
            return new ModelConfig(
                    positive(root, "vocab_size", file),
                    positive(root, "n_positions", file),
                    width,
                    positive(root, "n_layer", file),
                    heads,
                    given(root, "n_inner") ? positive(root, "n_inner", file) : Math.multiplyExact(4, width),
                    root.path("heed").path("positions").asString("").equals("sinusoidal")
                            ? Positions.SINUSOIDAL
                            : Positions.LEARNED,
                    activation(root, file),
                    real(root, "layer_norm_epsilon", 1e-5, file),
                    scale(root, file),
                    real(root, "resid_pdrop", 0, file),
                    true, // a folder always has biases, and other tools may have trained them
                    translates(root) ? Architecture.ENCODER_DECODER : Architecture.DECODER_ONLY,
                    truth(root, "tie_word_embeddings", true, file));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new HeedException("%s: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** The embedding scale that is folded into the weights, 1 where there is none. */
    private static double scale(JsonNode root, Path file) {
        JsonNode scale = root.path("heed").path("embedding_scale");
        if (scale.isMissingNode()) {
            return 1;
        }
        if (!(scale.asDouble(0) > 0 && Double.isFinite(scale.asDouble(0)))) {
            throw new HeedException("%s: heed.embedding_scale is %s, not a number above 0"
                    .formatted(file, Visible.text(scale.toString())));
        }
        return scale.doubleValue();
    }

    /** Refuses what would be computed in another way than Heed does. */
    private static void requireKnown(JsonNode root, Path file) {
        String type = root.path("model_type").asString("");
        if (!given(root, "model_type")) {
            throw new HeedException("%s: model_type is missing; Heed reads gpt2 and %s".formatted(file, WITH_ENCODER));
        }
        if (!type.equals("gpt2") && !translates(root)) {
            throw new HeedException("%s: model_type \"%s\" is not supported; Heed reads gpt2 and %s"
                    .formatted(file, Visible.text(type), WITH_ENCODER));
        }
        if (truth(root, "add_cross_attention", false, file)) {
            throw new HeedException("%s: add_cross_attention true is not supported".formatted(file));
        }
        if (given(root, "quantization_config")) {
            throw wrong(
                    root,
                    "quantization_config",
                    "which is not supported; save the model in float32, float16 or bfloat16",
                    file);
        }
        if (!root.path("pruned_heads").isEmpty()) {
            throw wrong(root, "pruned_heads", "which is not supported; all layers have all heads", file);
        }
    }

    /**
     * What scores are multiplied by in a layer, beyond 1/√D: 1 but where a config.json asks for no division by √D, or for one by the
     * number of the layer from 1.
     */
    static float scoreFactor(JsonNode root, ModelConfig config, int layer, Path file) {
        double factor = truth(root, "scale_attn_weights", true, file) ? 1 : Math.sqrt(config.headWidth());
        boolean byLayer = truth(root, "scale_attn_by_inverse_layer_idx", false, file);
        return (float) (byLayer ? factor / (layer + 1) : factor);
    }

    private static boolean given(JsonNode root, String key) {
        return !root.path(key).isMissingNode() && !root.path(key).isNull();
    }

    private static boolean truth(JsonNode root, String key, boolean otherwise, Path file) {
        if (!given(root, key)) {
            return otherwise;
        }
        if (!root.path(key).isBoolean()) {
            throw wrong(root, key, "not true or false", file);
        }
        return root.path(key).booleanValue();
    }

    private static double real(JsonNode root, String key, double otherwise, Path file) {
        if (!given(root, key)) {
            return otherwise;
        }
        double value = root.path(key).isNumber() ? root.path(key).doubleValue() : Double.NaN;
        if (!(value >= 0 && value < 1)) {
            throw wrong(root, key, "not a number from 0 up to 1", file);
        }
        return value;
    }

    private static HeedException wrong(JsonNode root, String name, String why, Path file) {
        String key = key(root, name);
        String value = Visible.text(root.path(key).toString());
        String shown = value.length() > 60 ? value.substring(0, 60) + "…" : value;
        return new HeedException("%s: %s is %s, %s".formatted(file, key, shown, why));
    }

    private static Map<String, Activation> activations() {
        Map<String, Activation> names = new LinkedHashMap<>();
        List.of("gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_accurate")
                .forEach(name -> names.put(name, Activation.GELU_NEW));
        List.of("gelu", "gelu_python").forEach(name -> names.put(name, Activation.GELU));
        names.put("relu", Activation.RELU);
        return names;
    }

    private static Activation activation(JsonNode root, Path file) {
        JsonNode name = root.path("activation_function");
        if (!given(root, "activation_function")) {
            return Activation.GELU_NEW;
        }
        Activation activation = ACTIVATIONS.get(name.isString() ? name.asString() : "");
        if (activation == null) {
            throw wrong(root, "activation_function", "not one of " + String.join(", ", ACTIVATIONS.keySet()), file);
        }
        return activation;
    }

    /** The name under which a configuration gives what a key of GPT-2's says. */
    private static String key(JsonNode root, String key) {
        String second = SECOND_NAMES.getOrDefault(key, key);
        return root.has(second) ? second : key;
    }

    private static int positive(JsonNode root, String key, Path file) {
        int value = number(root, key, file);
        if (value < 1) {
            throw wrong(root, key, "not a positive number", file);
        }
        return value;
    }

    private static int number(JsonNode root, String key, Path file) {
        JsonNode value = root.path(key(root, key));
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw value.isMissingNode()
                    ? new HeedException("%s: %s is missing".formatted(file, key))
                    : wrong(root, key, "not a whole number", file);
        }
        return value.intValue();
    }
}
