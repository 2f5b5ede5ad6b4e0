package io.heed.config;

import java.util.List;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.core.util.Separators.Spacing;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON Schema of a configuration, for editors: it allows what {@link ConfigReader} allows for each key by itself,
 * but not conditions between keys, such as that heads must divide width.
 */
public final class ConfigSchema {

    private static final JsonMapper JSON = JsonMapper.shared();

    private ConfigSchema() {}

    /** Returns the schema, draft 2020-12, as JSON that ends with a line feed. */
    public static String json() {
        return json("A run of heed train", RunConfig.class);
    }

    /** Returns the schema of a tree of records, each component of which is a {@link Setting}. */
    static String json(String title, Class<?> settings) {
        ObjectNode root = JSON.createObjectNode();
        root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        root.put("title", title);
        List<SettingGuide> guides = SettingGuide.all(settings);
        group(root, "", guides);
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(
                        Separators.createDefaultInstance().withObjectNameValueSpacing(Spacing.AFTER))
                .withObjectIndenter(lines);
        return JSON.writer().with(printer).writeValueAsString(root) + "\n";
    }

    private static void group(ObjectNode schema, String prefix, List<SettingGuide> guides) {
        schema.put("type", "object");
        schema.put("additionalProperties", false);
        ArrayNode required = JSON.createArrayNode();
        ObjectNode properties = JSON.createObjectNode();
        for (SettingGuide guide : guides) {
            if (!guide.key().startsWith(prefix) || guide.key().indexOf('.', prefix.length()) >= 0) {
                continue;
            }
            String name = guide.key().substring(prefix.length());
            ObjectNode property = properties.putObject(name);
            property.put("description", guide.meaning());
            if (guide.type() == SettingGuide.Type.GROUP) {
                group(property, guide.key() + ".", guides);
            } else {
                value(property, guide);
            }
            if (guide.required() || property.has("required")) {
                required.add(name);
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        schema.set("properties", properties);
    }

    private static void value(ObjectNode schema, SettingGuide guide) {
        switch (guide.type()) {
            case TEXT -> text(schema, guide.required());
            case TEXTS -> {
                text(schema, guide.required()).add("array");
                text(schema.putObject("items"), true);
                if (guide.required()) {
                    schema.put("minItems", 1);
                }
            }
            case CHOICE -> schema.set("enum", JSON.valueToTree(guide.allowed()));
            default -> schema.put("type", guide.type().toString());
        }
        if (guide.minimum() != null) {
            schema.set("minimum", number(guide.minimum()));
        }
        if (guide.maximum() != null) {
            schema.set("maximum", number(guide.maximum()));
        }
        if (guide.defaultValue() instanceof Number number) {
            schema.set("default", number(number));
        } else if (guide.defaultValue() != null) {
            schema.set("default", JSON.valueToTree(guide.defaultValue()));
        }
    }

    /** Returns the types of a text, which may look like a number or a boolean; an optional one may be left empty. */
    private static ArrayNode text(ObjectNode schema, boolean required) {
        ArrayNode types = schema.putArray("type").add("string").add("number").add("boolean");
        if (required) {
            schema.put("pattern", "\\S");
            return types;
        }
        return types.add("null");
    }

    private static JsonNode number(Number number) {
        double value = number.doubleValue();
        return number instanceof Double && value != Math.rint(value)
                ? JsonNodeFactory.instance.numberNode(value)
                : JsonNodeFactory.instance.numberNode(number.longValue());
    }
}
