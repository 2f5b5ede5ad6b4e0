package io.heed.checkpoint.family;

import io.heed.model.shape.Attention;
import io.heed.model.shape.ModelConfig;
import tools.jackson.databind.node.ObjectNode;

/** The folders of Qwen3 (arXiv 2505.09388): Llama's, with queries and keys normalised by head. */
public final class Qwen3 implements LlamaLike {

    /** The size of a head if the folder does not say. */
    private static final int HEAD_WIDTH = 128;

    @Override
    public String type() {
        return "qwen3";
    }

    @Override
    public String architecture() {
        return "Qwen3ForCausalLM";
    }

    @Override
    public boolean has(ModelConfig config) {
        Attention attention = config.attention();
        return LlamaLike.isOf(config)
                && attention.biases() != Attention.Biases.QUERY_KEY_VALUE
                && !config.feedForward().biases()
                && attention.queryKeyNorm()
                && QwenWindow.has(config);
    }

    @Override
    public ModelConfig read(ConfigJson json) {
        boolean biases = json.truth("attention_bias", false);
        Attention attention = LlamaLike.heads(json, biases ? Attention.Biases.ALL : Attention.Biases.NONE);
        if (!json.given("head_dim")) {
            attention = attention.withWidth(HEAD_WIDTH);
        }
        attention = attention.withQueryKeyNorm(true).withWindow(QwenWindow.read(json));
        return LlamaLike.read(json, attention, false).build();
    }

    @Override
    public void write(ModelConfig config, ObjectNode root) {
        LlamaLike.writeShared(config, root);
        root.put("attention_bias", config.attention().biases() == Attention.Biases.ALL);
        QwenWindow.write(config, root);
    }
}
