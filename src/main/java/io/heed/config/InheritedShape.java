package io.heed.config;

import io.heed.HeedException;
import io.heed.checkpoint.StoredModel;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The shape of the model that {@code model.from} names, which takes the place of the defaults. */
final class InheritedShape {

    private final GivenSettings given;
    private final String from;

    private InheritedShape(GivenSettings given, String from) {
        this.given = given;
        this.from = from;
    }

    /**
     * Returns it as settings, and refuses given ones that do not agree with it.
     *
     * @param defaults all keys at their defaults
     * @return empty if the model cannot be read, which is noted
     */
    static ObjectNode of(GivenSettings given, ObjectNode defaults, String from) {
        ObjectNode settings = ConfigReader.YAML.createObjectNode();
        StoredModel model;
        try {
            model = ModelFrom.open(from);
        } catch (HeedException e) {
            given.refuse("model.from", e);
            return settings;
        }
        InheritedShape inherited = new InheritedShape(given, from);
        ObjectNode shape = ConfigReader.YAML.valueToTree(RunConfig.Model.of(from, model.config()));
        inherited.requireAgreement(shape);
        if (model.hasTokenizer()) {
            inherited.requireNoTokenizer(defaults);
        } else if (given.value("tokenizer.file").asString("").isEmpty()) {
            given.refuse("model.from", ModelFrom.noTokenizer(from));
        }
        return settings.set("model", shape);
    }

    private void requireAgreement(ObjectNode shape) {
        for (Map.Entry<String, JsonNode> entry : given.values().get("model").properties()) {
            String key = entry.getKey();
            JsonNode known = shape.get(key);
            JsonNode value = entry.getValue();
            if (known == null || value.isNull() || key.equals("dropout")) {
                continue;
            }
            boolean context = key.equals("context");
            if (context ? value.asLong(0) > known.asLong() : !value.asString("").equals(known.asString())) {
                String relation = context ? "more than the" : "not the";
                given.refuse(
                        "model." + key,
                        "%s is %s %s of %s, which model.from names; leave it out"
                                .formatted(value.asString(""), relation, known.asString(), from));
            }
        }
    }

    private void requireNoTokenizer(ObjectNode defaults) {
        for (String key : List.of("tokenizer.file", "tokenizer.type", "tokenizer.vocabulary")) {
            String value = given.value(key).asString("");
            if (!value.isEmpty()
                    && !value.equals(GivenSettings.at(defaults, key).asString(""))) {
                given.refuse(
                        key,
                        "%s is not needed, since %s, which model.from names, has a tokenizer; leave it out"
                                .formatted(value, from));
            }
        }
    }
}
