package io.heed.checkpoint.family;

import io.heed.model.shape.ModelConfig;
import tools.jackson.databind.node.ObjectNode;

/** The keys of a model's sizes, by the names that all families but GPT-2's use. */
final class SizeKeys {

    private SizeKeys() {}

    /** Starts a shape. */
    static ModelConfig.Builder read(ConfigJson json) {
        return ModelConfig.builder(
                json.positive("vocab_size"),
                json.positive("max_position_embeddings"),
                json.positive("hidden_size"),
                json.positive("num_hidden_layers"));
    }

    static void write(ModelConfig config, ObjectNode root) {
        root.put("vocab_size", config.vocabulary());
        root.put("max_position_embeddings", config.context());
        root.put("hidden_size", config.width());
        root.put("intermediate_size", config.feedForward().width());
        root.put("num_hidden_layers", config.layers());
        root.put("num_attention_heads", config.heads());
    }
}
