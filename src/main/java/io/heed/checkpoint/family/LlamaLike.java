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
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the folders of Llama, Mistral and Qwen have in common: rotary positions, RMS norms, a gated network, and their keys and tensors.
 */
sealed interface LlamaLike extends Family permits Llama, Mistral, Qwen2, Qwen3 {

    /** The activations by their names in these folders. */
    Map<String, Activation> ACTIVATIONS = Map.of(
            "silu", Activation.SILU,
            "swish", Activation.SILU,
            "gelu", Activation.GELU,
            "gelu_pytorch_tanh", Activation.GELU_NEW,
            "gelu_new", Activation.GELU_NEW,
            "relu", Activation.RELU);

    /**
     * Starts a shape.
     *
     * @param attention what the family adds to heads and their sizes
     * @param feedForwardBiases whether the feed-forward network has biases
     */
    static ModelConfig.Builder read(ConfigJson json, Attention attention, boolean feedForwardBiases) {
        Refusals.check(json);
        Positions.Rotary rotary = RotaryKeys.read(json);
        if (rotary.fraction() != 1) {
            throw new HeedException("%s: partial_rotary_factor is %s, which this kind of model does not support"
                    .formatted(json.file(), rotary.fraction()));
        }
        String act = json.given("hidden_act") ? json.text("hidden_act") : "silu";
        Activation activation = ACTIVATIONS.get(act);
        if (activation == null) {
            throw json.wrong("hidden_act", "not one of silu, gelu, gelu_pytorch_tanh, gelu_new, relu");
        }
        return SizeKeys.read(json)
                .attention(attention)
                .feedForward(new FeedForward(json.positive("intermediate_size"), activation, true, feedForwardBiases))
                .norm(new Norm(Norm.Kind.RMS, json.number("rms_norm_eps", 1e-6), false))
                .positions(rotary)
                .tiedHead(json.truth("tie_word_embeddings", false));
    }

    /** The heads of a folder and their sizes. */
    static Attention heads(ConfigJson json, Attention.Biases biases) {
        int heads = json.positive("num_attention_heads");
        int width = json.positive("hidden_size");
        int own = json.positive("head_dim", 0);
        boolean usual = own == 0 || (width % heads == 0 && own == width / heads);
        return new Attention(heads, json.positive("num_key_value_heads", heads), usual ? 0 : own, biases, false, null);
    }

    /** Whether a shape has what all these folders have. */
    static boolean isOf(ModelConfig config) {
        return !config.translates()
                && config.positions() instanceof Positions.Rotary rotary
                && rotary.fraction() == 1
                && RotaryKeys.agree(rotary, config.context())
                && config.norm().kind() == Norm.Kind.RMS
                && config.feedForward().gated()
                && config.residual() == Residual.SEQUENTIAL;
    }

    /** Writes the keys that all these folders have. */
    static void writeShared(ModelConfig config, ObjectNode root) {
        SizeKeys.write(config, root);
        root.put("num_key_value_heads", config.attention().keyHeads());
        root.put("head_dim", config.headWidth());
        root.put("hidden_act", name(config.feedForward().activation()));
        root.put("rms_norm_eps", config.norm().epsilon());
        root.put("initializer_range", 0.02);
        root.put("attention_dropout", 0.0);
        root.put("tie_word_embeddings", config.tiedHead());
        RotaryKeys.write(config.positions(), root);
    }

    private static String name(Activation activation) {
        return activation == Activation.GELU_NEW ? "gelu_pytorch_tanh" : activation.toString();
    }

    @Override
    default String prefix() {
        return "model.";
    }

    @Override
    default StoredAs stored(Weight weight, ModelConfig config) {
        String layer = "layers." + weight.layer() + ".";
        String at = layer + "self_attn.";
        boolean inner = config.attention().biases() != Attention.Biases.NONE;
        boolean outer = config.attention().biases() == Attention.Biases.ALL;
        boolean feedForwardBiases = config.feedForward().biases();
        return switch (weight.role()) {
            case TOKENS -> StoredAs.planned("embed_tokens.weight");
            case ATTENTION_NORM -> StoredAs.planned(layer + "input_layernorm.weight");
            case QUERY_KEY_VALUE ->
                StoredAs.transposed(at + "q_proj.weight", at + "k_proj.weight", at + "v_proj.weight");
            case QUERY_KEY_VALUE_BIAS ->
                inner ? StoredAs.planned(at + "q_proj.bias", at + "k_proj.bias", at + "v_proj.bias") : StoredAs.NOTHING;
            case QUERY_NORM -> StoredAs.planned(at + "q_norm.weight");
            case KEY_NORM -> StoredAs.planned(at + "k_norm.weight");
            case OUTPUT -> StoredAs.transposed(at + "o_proj.weight");
            case OUTPUT_BIAS -> outer ? StoredAs.planned(at + "o_proj.bias") : StoredAs.NOTHING;
            case FEED_FORWARD_NORM -> StoredAs.planned(layer + "post_attention_layernorm.weight");
            case GATE -> StoredAs.transposed(layer + "mlp.gate_proj.weight");
            case GATE_BIAS -> bias(layer + "mlp.gate_proj.bias", feedForwardBiases);
            case UP -> StoredAs.transposed(layer + "mlp.up_proj.weight");
            case UP_BIAS -> bias(layer + "mlp.up_proj.bias", feedForwardBiases);
            case DOWN -> StoredAs.transposed(layer + "mlp.down_proj.weight");
            case DOWN_BIAS -> bias(layer + "mlp.down_proj.bias", feedForwardBiases);
            case FINAL_NORM -> StoredAs.planned("norm.weight");
            case HEAD -> StoredAs.planned("lm_head.weight");
            case POSITIONS, ATTENTION_NORM_SHIFT, FEED_FORWARD_NORM_SHIFT, FINAL_NORM_SHIFT -> StoredAs.NOTHING;
        };
    }

    private static StoredAs bias(String name, boolean there) {
        return there ? StoredAs.planned(name) : StoredAs.NOTHING;
    }

    /** Older folders hold the angles of rotary positions. */
    @Override
    default boolean ignores(String tensor) {
        return tensor.endsWith("rotary_emb.inv_freq");
    }
}
