package io.heed.checkpoint.family;

import io.heed.model.shape.Attention;
import io.heed.model.shape.ModelConfig;
import io.heed.model.shape.SlidingWindow;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;

/** The folders of Mistral (Jiang et al., arXiv 2310.06825): Llama's, each layer with a window. */
final class Mistral implements LlamaLike {

    @Override
    public String type() {
        return "mistral";
    }

    @Override
    public String architecture() {
        return "MistralForCausalLM";
    }

    @Override
    public boolean has(ModelConfig config) {
        Attention attention = config.attention();
        SlidingWindow window = attention.window();
        return LlamaLike.isOf(config)
                && attention.biases() == Attention.Biases.NONE
                && !config.feedForward().biases()
                && !attention.queryKeyNorm()
                && window != null
                && window.layers().size() == config.layers();
    }

    @Override
    public ModelConfig read(ConfigJson json) {
        Attention attention = LlamaLike.heads(json, Attention.Biases.NONE);
        if (!json.root().has("sliding_window") || json.given("sliding_window")) {
            int size = json.positive("sliding_window", 4096);
            List<Integer> all = IntStream.range(0, json.positive("num_hidden_layers"))
                    .boxed()
                    .toList();
            attention = attention.withWindow(new SlidingWindow(size, all));
        }
        return LlamaLike.read(json, attention, false).build();
    }

    @Override
    public void write(ModelConfig config, ObjectNode root) {
        LlamaLike.writeShared(config, root);
        SlidingWindow window = config.attention().window();
        root.put("sliding_window", window == null ? null : window.size());
    }
}
