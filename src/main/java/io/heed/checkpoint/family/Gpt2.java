package io.heed.checkpoint.family;

import io.heed.HeedException;
import io.heed.model.Weight;
import io.heed.model.shape.Activation;
import io.heed.model.shape.Attention;
import io.heed.model.shape.FeedForward;
import io.heed.model.shape.ModelConfig;
import io.heed.model.shape.Norm;
import io.heed.model.shape.Positions;
import io.heed.model.shape.Residual;
import io.heed.text.Visible;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** GPT-2's folders (Radford et al. 2019). {@link io.heed.model.WeightPlan} uses the same names. */
public final class Gpt2 implements Family {

    /** Tensors of older folders that are not weights: the causal mask and its fill value. */
    private static final Pattern MASKS = Pattern.compile("h\\.\\d+\\.attn\\.(bias|masked_bias)");

    /**
     * transformers' names of activations. Names for one function differ only in the order of operations: in float32, by
     * at most 4.8e-7 on 240,001 values from -12 to 12.
     */
    private static final Map<String, Activation> ACTIVATIONS = activations();

    @Override
    public String type() {
        return "gpt2";
    }

    @Override
    public String architecture() {
        return "GPT2LMHeadModel";
    }

    @Override
    public Map<String, String> secondNames() {
        return Map.of(
                "n_embd", "hidden_size",
                "n_layer", "num_hidden_layers",
                "n_head", "num_attention_heads",
                "n_positions", "max_position_embeddings");
    }

    @Override
    public boolean has(ModelConfig config) {
        return !config.translates() && isPlain(config);
    }

    /** Whether a shape differs from GPT-2's only in what Heed's own keys describe. */
    static boolean isPlain(ModelConfig config) {
        Attention attention = config.attention();
        return attention.equals(new Attention(config.heads(), attention.biases() == Attention.Biases.ALL))
                && !config.feedForward().gated()
                && config.norm().kind() == Norm.Kind.LAYER
                && config.residual() == Residual.SEQUENTIAL
                && config.positions().ofTokens();
    }

    @Override
    public ModelConfig read(ConfigJson json) {
        Refusals.check(json);
        int width = json.positive("n_embd");
        int heads = json.positive("n_head");
        if (width % heads != 0) {
            throw json.wrong("n_head", "which does not divide %s, %d".formatted(json.name("n_embd"), width));
        }
        int vocabulary = json.positive("vocab_size");
        int context = json.positive("n_positions");
        int layers = json.positive("n_layer");
        int inner = json.given("n_inner") ? json.positive("n_inner") : fourTimes(json, width);
        // folders always have biases, and other tools may have trained them
        return ModelConfig.builder(vocabulary, context, width, layers)
                .attention(new Attention(heads, true))
                .positions(positions(json))
                .feedForward(new FeedForward(inner, activation(json), true))
                .norm(new Norm(json.share("layer_norm_epsilon", 1e-5), true))
                .embeddingScale(scale(json))
                .dropout(json.share("resid_pdrop", 0))
                .tiedHead(json.truth("tie_word_embeddings", true))
                .build();
    }

    private static int fourTimes(ConfigJson json, int width) {
        if (width > Integer.MAX_VALUE / 4) {
            throw json.wrong("n_embd", "which is too large");
        }
        return 4 * width;
    }

    private static Positions positions(ConfigJson json) {
        JsonNode named = json.root().path("heed").path("positions");
        if (named.isMissingNode() || named.isNull()) {
            return new Positions.Learned();
        }
        return Stream.of(new Positions.Sinusoidal(), new Positions.Learned())
                .filter(known -> known.kind().toString().equals(named.asString("")))
                .findFirst()
                .orElseThrow(() -> new HeedException("%s: heed.positions is %s, not one of %s, %s"
                        .formatted(
                                json.file(),
                                Visible.text(named.toString()),
                                Positions.Kind.SINUSOIDAL,
                                Positions.Kind.LEARNED)));
    }

    private static Activation activation(ConfigJson json) {
        if (!json.given("activation_function")) {
            return Activation.GELU_NEW;
        }
        Activation activation = ACTIVATIONS.get(json.text("activation_function"));
        if (activation == null) {
            throw json.wrong("activation_function", "not one of " + String.join(", ", ACTIVATIONS.keySet()));
        }
        return activation;
    }

    private static Map<String, Activation> activations() {
        Map<String, Activation> names = new LinkedHashMap<>();
        List.of("gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_accurate")
                .forEach(name -> names.put(name, Activation.GELU_NEW));
        List.of("gelu", "gelu_python").forEach(name -> names.put(name, Activation.GELU));
        names.put("relu", Activation.RELU);
        names.put("silu", Activation.SILU);
        return names;
    }

    /** The embedding scale that is folded into the weights, 1 if there is none. */
    private static double scale(ConfigJson json) {
        JsonNode scale = json.root().path("heed").path("embedding_scale");
        if (scale.isMissingNode()) {
            return 1;
        }
        double value = scale.asDouble(0);
        if (!(value > 0 && Double.isFinite(value))) {
            throw new HeedException("%s: heed.embedding_scale is %s, not a number above 0"
                    .formatted(json.file(), Visible.text(scale.toString())));
        }
        return value;
    }

    @Override
    public void write(ModelConfig config, ObjectNode root) {
        root.put("vocab_size", config.vocabulary());
        root.put("n_positions", config.context());
        root.put("n_embd", config.width());
        root.put("n_layer", config.layers());
        root.put("n_head", config.heads());
        root.put("n_inner", config.feedForward().width());
        root.put("activation_function", config.feedForward().activation().toString());
        root.put("layer_norm_epsilon", config.norm().epsilon());
        root.put("embd_pdrop", config.dropout());
        root.put("attn_pdrop", config.dropout());
        root.put("resid_pdrop", config.dropout());
        root.put("initializer_range", 0.02);
        root.put("scale_attn_weights", true);
        root.put("tie_word_embeddings", config.tiedHead());
    }

    @Override
    public String prefix() {
        return "transformer.";
    }

    @Override
    public StoredAs stored(Weight weight, ModelConfig config) {
        return StoredAs.planned(weight.name());
    }

    @Override
    public boolean ignores(String tensor) {
        return MASKS.matcher(tensor).matches();
    }

    /**
     * {@inheritDoc} It is 1 unless config.json asks for no division by √D or for a division by the layer's number from
     * 1.
     */
    @Override
    public float queryFactor(ConfigJson json, ModelConfig config, int layer) {
        double factor = json.truth("scale_attn_weights", true) ? 1 : Math.sqrt(config.headWidth());
        boolean byLayer = json.truth("scale_attn_by_inverse_layer_idx", false);
        return (float) (byLayer ? factor / (layer + 1) : factor);
    }
}
