package io.heed.checkpoint;

import io.heed.model.Architecture;
import io.heed.model.ModelConfig;
import io.heed.model.Weight;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** The folders of Heed's own models with an encoder, with GPT-2's keys and names as far as they apply. */
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
    public ModelConfig read(ConfigJson json) {
        return decoder.read(json).toBuilder()
                .architecture(Architecture.ENCODER_DECODER)
                .build();
    }

    @Override
    public void write(ModelConfig config, ObjectNode root) {
        decoder.write(config, root);
    }

    @Override
    public String prefix() {
        return decoder.prefix();
    }

    @Override
    public String tensor(Weight weight) {
        return decoder.tensor(weight);
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
