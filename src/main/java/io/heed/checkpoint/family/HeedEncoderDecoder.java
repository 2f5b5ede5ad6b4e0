package io.heed.checkpoint.family;

import io.heed.model.Weight;
import io.heed.model.shape.Architecture;
import io.heed.model.shape.ModelConfig;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** The folders of Heed's own models with an encoder, with GPT-2's keys and names, and {@link Switches} for the rest. */
final class HeedEncoderDecoder implements Family {

    private final Gpt2 decoder = new Gpt2();

    @Override
    public String type() {
        return "heed-encoder-decoder";
    }

    @Override
    public String architecture() {
        return "HeedEncoderDecoderModel";
    }

    @Override
    public Map<String, String> secondNames() {
        return decoder.secondNames();
    }

    @Override
    public boolean translates() {
        return true;
    }

    @Override
    public boolean has(ModelConfig config) {
        return config.translates();
    }

    @Override
    public ModelConfig read(ConfigJson json) {
        return Switches.read(json, decoder.read(json)).toBuilder()
                .architecture(Architecture.ENCODER_DECODER)
                .build();
    }

    @Override
    public void write(ModelConfig config, ObjectNode root) {
        decoder.write(config, root);
        if (!Gpt2.isPlain(config)) {
            Switches.write(config, root);
        }
    }

    @Override
    public String prefix() {
        return decoder.prefix();
    }

    @Override
    public StoredAs stored(Weight weight, ModelConfig config) {
        return decoder.stored(weight, config);
    }

    @Override
    public boolean ignores(String tensor) {
        return decoder.ignores(tensor);
    }

    @Override
    public float queryFactor(ConfigJson json, ModelConfig config, int layer) {
        return decoder.queryFactor(json, config, layer);
    }
}
