package io.heed.checkpoint.family;

import io.heed.model.shape.Attention;
import io.heed.model.shape.ModelConfig;
import tools.jackson.databind.node.ObjectNode;

/** The folders of Llama (Touvron et al., arXiv 2302.13971; Llama 3, arXiv 2407.21783) and of those made like it, such as SmolLM2. */
final class Llama implements LlamaLike {

    @Override
    public String type() {
        return "llama";
    }

    @Override
    public String architecture() {
        return "LlamaForCausalLM";
    }

    @Override
    public boolean has(ModelConfig config) {
        Attention attention = config.attention();
        return LlamaLike.isOf(config)
                && attention.biases() != Attention.Biases.QUERY_KEY_VALUE
                && !attention.queryKeyNorm()
                && attention.window() == null;
    }

    @Override
    public ModelConfig read(ConfigJson json) {
        boolean biases = json.truth("attention_bias", false);
        Attention attention = LlamaLike.heads(json, biases ? Attention.Biases.ALL : Attention.Biases.NONE);
        return LlamaLike.read(json, attention, json.truth("mlp_bias", false)).build();
    }

    @Override
    public void write(ModelConfig config, ObjectNode root) {
        LlamaLike.writeShared(config, root);
        root.put("attention_bias", config.attention().biases() == Attention.Biases.ALL);
        root.put("mlp_bias", config.feedForward().biases());
    }
}
