package io.heed.checkpoint.family;

import io.heed.model.Weight;
import io.heed.model.shape.Activation;
import io.heed.model.shape.Attention;
import io.heed.model.shape.FeedForward;
import io.heed.model.shape.ModelConfig;
import io.heed.model.shape.Norm;
import io.heed.model.shape.Positions;
import io.heed.model.shape.Residual;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/** The folders of GPT-NeoX (Black et al., arXiv 2204.06745), such as Pythia's. */
final class GptNeoX implements Family {

    private static final Pattern MASKS =
            Pattern.compile("layers\\.\\d+\\.attention\\.(bias|masked_bias|rotary_emb\\.inv_freq)");

    private static final Map<String, Activation> ACTIVATIONS = Map.of(
            "gelu", Activation.GELU,
            "gelu_new", Activation.GELU_NEW,
            "gelu_fast", Activation.GELU_NEW,
            "gelu_pytorch_tanh", Activation.GELU_NEW,
            "relu", Activation.RELU,
            "silu", Activation.SILU);

    @Override
    public String type() {
        return "gpt_neox";
    }

    @Override
    public String architecture() {
        return "GPTNeoXForCausalLM";
    }

    @Override
    public boolean has(ModelConfig config) {
        Attention attention = config.attention();
        boolean biases = attention.biases() == Attention.Biases.ALL;
        return !config.translates()
                && attention.equals(new Attention(config.heads(), biases))
                && config.positions() instanceof Positions.Rotary
                && RotaryKeys.agree(config.positions(), config.context())
                && config.norm().kind() == Norm.Kind.LAYER
                && config.norm().shift()
                && !config.feedForward().gated()
                && config.feedForward().biases();
    }

    @Override
    public ModelConfig read(ConfigJson json) {
        Refusals.check(json);
        int heads = json.positive("num_attention_heads");
        int width = json.positive("hidden_size");
        if (width % heads != 0) {
            throw json.wrong("num_attention_heads", "which does not divide hidden_size, %d".formatted(width));
        }
        Activation activation = ACTIVATIONS.get(json.given("hidden_act") ? json.text("hidden_act") : "gelu");
        if (activation == null) {
            throw json.wrong("hidden_act", "not one of " + String.join(", ", ACTIVATIONS.keySet()));
        }
        boolean parallel = json.truth("use_parallel_residual", true);
        boolean biases = json.truth("attention_bias", true);
        return SizeKeys.read(json)
                .attention(new Attention(heads, biases))
                .feedForward(new FeedForward(json.positive("intermediate_size"), activation, true))
                .norm(new Norm(json.number("layer_norm_eps", 1e-5), true))
                .residual(parallel ? Residual.PARALLEL : Residual.SEQUENTIAL)
                .positions(RotaryKeys.read(json, "rotary_emb_base", "rotary_pct", 0.25))
                .tiedHead(json.truth("tie_word_embeddings", false))
                .build();
    }

    @Override
    public void write(ModelConfig config, ObjectNode root) {
        SizeKeys.write(config, root);
        root.put("hidden_act", config.feedForward().activation().toString());
        root.put("layer_norm_eps", config.norm().epsilon());
        root.put("use_parallel_residual", config.residual() == Residual.PARALLEL);
        root.put("attention_bias", config.attention().biases() == Attention.Biases.ALL);
        root.put("tie_word_embeddings", config.tiedHead());
        if (config.positions() instanceof Positions.Rotary rotary) {
            root.put("rotary_pct", rotary.fraction());
            root.put("rotary_emb_base", rotary.theta());
            RotaryKeys.write(rotary, root);
        }
    }

    @Override
    public String prefix() {
        return "gpt_neox.";
    }

    @Override
    public String head() {
        return "embed_out.weight";
    }

    @Override
    public StoredAs stored(Weight weight, ModelConfig config) {
        String layer = "layers." + weight.layer() + ".";
        boolean biases = config.attention().biases() == Attention.Biases.ALL;
        return switch (weight.role()) {
            case TOKENS -> StoredAs.planned("embed_in.weight");
            case ATTENTION_NORM -> StoredAs.planned(layer + "input_layernorm.weight");
            case ATTENTION_NORM_SHIFT -> StoredAs.planned(layer + "input_layernorm.bias");
            case QUERY_KEY_VALUE -> StoredAs.byHead(layer + "attention.query_key_value.weight");
            case QUERY_KEY_VALUE_BIAS ->
                biases ? StoredAs.byHead(layer + "attention.query_key_value.bias") : StoredAs.NOTHING;
            case OUTPUT -> StoredAs.transposed(layer + "attention.dense.weight");
            case OUTPUT_BIAS -> biases ? StoredAs.planned(layer + "attention.dense.bias") : StoredAs.NOTHING;
            case FEED_FORWARD_NORM -> StoredAs.planned(layer + "post_attention_layernorm.weight");
            case FEED_FORWARD_NORM_SHIFT -> StoredAs.planned(layer + "post_attention_layernorm.bias");
            case UP -> StoredAs.transposed(layer + "mlp.dense_h_to_4h.weight");
            case UP_BIAS -> StoredAs.planned(layer + "mlp.dense_h_to_4h.bias");
            case DOWN -> StoredAs.transposed(layer + "mlp.dense_4h_to_h.weight");
            case DOWN_BIAS -> StoredAs.planned(layer + "mlp.dense_4h_to_h.bias");
            case FINAL_NORM -> StoredAs.planned("final_layer_norm.weight");
            case FINAL_NORM_SHIFT -> StoredAs.planned("final_layer_norm.bias");
            case HEAD -> StoredAs.planned(head());
            case POSITIONS, QUERY_NORM, KEY_NORM, GATE, GATE_BIAS -> StoredAs.NOTHING;
        };
    }

    /** Older folders hold masks and angles besides weights. */
    @Override
    public boolean ignores(String tensor) {
        return MASKS.matcher(tensor).matches();
    }
}
