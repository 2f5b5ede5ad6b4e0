package io.heed.checkpoint.family;

import io.heed.model.shape.Attention;
import io.heed.model.shape.ModelConfig;
import tools.jackson.databind.node.ObjectNode;

/** The folders of Qwen2 and Qwen2.5 (arXiv 2407.10671, 2412.15115): Llama's, with biases of queries, keys and values. */
final class Qwen2 implements LlamaLike {

    @Override
    public String type() {
        return "qwen2";
    }

    @Override
    public String architecture() {
        return "Qwen2ForCausalLM";
    }

    @Override
    public boolean has(ModelConfig config) {
        Attention attention = config.attention();
        return LlamaLike.isOf(config)
                && attention.biases() == Attention.Biases.QUERY_KEY_VALUE
                && !config.feedForward().biases()
                && !attention.queryKeyNorm()
                && QwenWindow.has(config);
    }

    @Override
    public ModelConfig read(ConfigJson json) {
        Attention attention = LlamaLike.heads(json, Attention.Biases.QUERY_KEY_VALUE);
        return LlamaLike.read(json, attention.withWindow(QwenWindow.read(json)), false)
                .build();
    }

    @Override
    public void write(ModelConfig config, ObjectNode root) {
        LlamaLike.writeShared(config, root);
        QwenWindow.write(config, root);
    }
}
