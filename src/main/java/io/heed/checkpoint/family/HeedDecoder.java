package io.heed.checkpoint.family;

import io.heed.model.Weight;
import io.heed.model.shape.ModelConfig;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** The folders of decoders that only Heed knows: GPT-2's keys and names, and {@link Switches}. */
final class HeedDecoder implements Family {

    private final Gpt2 plain = new Gpt2();

    @Override
    public String type() {
        return "heed-decoder";
    }

    @Override
    public String architecture() {
        return "HeedDecoderModel";
    }

    @Override
    public Map<String, String> secondNames() {
        return plain.secondNames();
    }

    @Override
    public boolean has(ModelConfig config) {
        return !config.translates();
    }

    @Override
    public ModelConfig read(ConfigJson json) {
        return Switches.read(json, plain.read(json));
    }

    @Override
    public void write(ModelConfig config, ObjectNode root) {
        plain.write(config, root);
        Switches.write(config, root);
    }

    @Override
    public String prefix() {
        return plain.prefix();
    }

    @Override
    public StoredAs stored(Weight weight, ModelConfig config) {
        return plain.stored(weight, config);
    }

    @Override
    public boolean ignores(String tensor) {
        return false;
    }
}
