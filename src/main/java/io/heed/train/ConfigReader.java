package io.heed.train;

import io.heed.HeedException;
import io.heed.checkpoint.StoredModel;
import io.heed.text.DataFormat;
import io.heed.text.TextFile;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * Reads a run's configuration from YAML. What is wrong is told in one sentence with key, value and place, as in {@code layers: 0 is
 * less than 1 (configs/my.yaml:4:9)}.
 */
public final class ConfigReader {

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
            .enable(SerializationFeature.WRITE_SINGLE_ELEM_ARRAYS_UNWRAPPED)
            .enable(EnumFeature.READ_ENUMS_USING_TO_STRING)
            .enable(EnumFeature.WRITE_ENUMS_USING_TO_STRING)
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
            .enable(YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build();

    private static final Map<String, SettingGuide> GUIDES = SettingGuide.all().stream()
            .collect(Collectors.toMap(SettingGuide::key, guide -> guide, (one, other) -> one, LinkedHashMap::new));

    private final Map<String, String> places = new HashMap<>();
    private final List<HeedException> problems = new ArrayList<>();
    private final List<SettingGuide> defaults = new ArrayList<>();
    private final String file;

    private ConfigReader(String file) {
        this.file = file;
    }

    /**
     * Reads a configuration.
     *
     * @param file the YAML
     * @param overrides settings that replace the file's, as {@code training.steps=200}
     * @throws HeedException if the file is missing or anything in it is wrong
     */
    public static RunConfig read(Path file, List<String> overrides) {
        return parse(TextFile.read(file), file.toString(), overrides);
    }

    /**
     * Reads a configuration that a run has left, every key of it; the model that it went on from need not be there any more.
     *
     * @throws HeedException if the file is missing or anything in it is wrong
     */
    public static RunConfig readLeft(Path file) {
        return left(TextFile.read(file), file.toString(), List.of());
    }

    /**
     * Reads what a run has left, as {@link #readLeft} does, from its text.
     *
     * @param where what messages call it
     * @param overrides settings that replace the text's
     */
    static RunConfig left(String yaml, String where, List<String> overrides) {
        return new ConfigReader(where).read(yaml, overrides, false);
    }

    /**
     * Reads a configuration from its text.
     *
     * @param where what messages call it
     * @param overrides settings that replace the text's
     */
    static RunConfig parse(String yaml, String where, List<String> overrides) {
        return new ConfigReader(where).read(yaml, overrides, true);
    }

    /**
     * What is to be said about a configuration.
     *
     * @param problems what is wrong, each in a sentence; empty where it is right
     * @param defaults the keys that it leaves at their defaults
     */
    public record Check(List<String> problems, List<SettingGuide> defaults) {}

    /** Finds everything that is wrong with a configuration, where {@link #read} stops at the first. */
    public static Check check(Path file, List<String> overrides) {
        ConfigReader reader = new ConfigReader(file.toString());
        try {
            reader.read(TextFile.read(file), overrides, true);
        } catch (HeedException e) {
            if (!reader.problems.contains(e)) {
                reader.problems.add(e);
            }
        }
        return new Check(
                reader.problems.stream()
                        .map(e -> String.valueOf(e.getMessage()))
                        .toList(),
                reader.defaults);
    }

    /** Writes a configuration as YAML, every key of it. */
    public static String write(RunConfig config) {
        return YAML.writeValueAsString(config);
    }

    private RunConfig read(String text, List<String> overrides, boolean begins) {
        ObjectNode given = parse(text);
        overrides.forEach(override -> set(given, override));
        check(given, "");
        ObjectNode all = YAML.valueToTree(RunConfig.defaults());
        String from = at(given, "model.from").asString("");
        if (begins && !from.isBlank()) {
            takeShape(all, given, from);
        }
        merge(all, given);
        requireAll(all);
        if (!problems.isEmpty()) {
            throw problems.get(0);
        }
        GUIDES.values().stream()
                .filter(guide -> guide.type() != SettingGuide.Type.GROUP)
                .filter(guide -> from.isBlank() || !guide.key().startsWith("model."))
                .filter(guide -> at(given, guide.key()).asString("").isEmpty())
                .forEach(defaults::add);
        RunConfig config = YAML.treeToValue(all, RunConfig.class);
        try {
            config.modelConfig(1);
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            String key = "model." + message.substring(0, message.indexOf(':'));
            throw new HeedException("model.%s (%s)".formatted(message, place(key)), e);
        }
        requireFormat(config);
        return config;
    }

    /** Refuses pairs for a model that does not translate, and other texts for one that does. */
    private void requireFormat(RunConfig config) {
        boolean pairs = config.data().format() == DataFormat.PAIRS;
        if (pairs == config.modelConfig(1).translates()) {
            return;
        }
        String from = config.model().from();
        String format = config.data().format().toString();
        if (!from.isBlank()) { // whose architecture is as it is
            throw new HeedException("data.format: %s does not go with %s, which model.from names and which %s (%s)"
                    .formatted(
                            format,
                            from,
                            pairs ? "continues texts; give stream or lines" : "translates; give pairs",
                            place("data.format")));
        }
        throw pairs
                ? new HeedException(
                        "model.architecture: %s does not go with data.format: pairs; give encoder-decoder (%s)"
                                .formatted(config.model().architecture(), place("model.architecture")))
                : new HeedException(
                        "data.format: %s does not go with model.architecture: encoder-decoder; give pairs (%s)"
                                .formatted(format, place("data.format")));
    }

    /** Puts the shape of the model that is gone on from in the place of the defaults; what is given has to agree with it. */
    private void takeShape(ObjectNode all, ObjectNode given, String from) {
        StoredModel model;
        try {
            model = Beginning.open(from);
        } catch (HeedException e) {
            problems.add(new HeedException("%s (%s)".formatted(e.getMessage(), place("model.from")), e));
            return;
        }
        ObjectNode shape = YAML.valueToTree(RunConfig.Model.of(from, model.config()));
        for (Map.Entry<String, JsonNode> entry : given.get("model").properties()) {
            JsonNode known = shape.get(entry.getKey());
            JsonNode value = entry.getValue();
            if (known == null || value.isNull() || entry.getKey().equals("dropout")) {
                continue;
            }
            boolean context = entry.getKey().equals("context");
            if (context ? value.asLong(0) > known.asLong() : !value.asString("").equals(known.asString())) {
                String key = "model." + entry.getKey();
                problems.add(new HeedException("%s: %s is %s %s of %s, which model.from names; leave it out (%s)"
                        .formatted(
                                key,
                                value.asString(""),
                                context ? "more than the" : "not the",
                                known.asString(),
                                from,
                                place(key))));
            }
        }
        for (String key : List.of("tokenizer.file", "tokenizer.type", "tokenizer.vocabulary")) {
            String value = at(given, key).asString("");
            if (model.hasTokenizer()
                    && !value.isEmpty()
                    && !value.equals(at(all, key).asString(""))) {
                problems.add(new HeedException(
                        "%s: %s is not needed, since %s, which model.from names, has a tokenizer; leave it out (%s)"
                                .formatted(key, value, from, place(key))));
            }
        }
        if (!model.hasTokenizer() && at(given, "tokenizer.file").asString("").isEmpty()) {
            problems.add(new HeedException("%s (%s)".formatted(Beginning.noTokenizer(from), place("model.from"))));
        }
        merge(all, YAML.createObjectNode().set("model", shape));
    }

    private ObjectNode parse(String text) {
        try (JsonParser parser = YAML.createParser(text)) {
            remember(parser);
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            String where = at == null ? file : "%s:%d:%d".formatted(file, at.getLineNr(), at.getColumnNr());
            String first = e.getOriginalMessage().lines().findFirst().orElse("");
            throw new HeedException("not YAML: %s (%s)".formatted(first, where), e);
        }
        JsonNode root = YAML.readTree(text);
        if (!(root instanceof ObjectNode object)) {
            throw new HeedException("a configuration is a list of keys and values; this is none (%s)".formatted(file));
        }
        return object;
    }

    /** Notes where each key's value stands. */
    private void remember(JsonParser parser) {
        List<String> path = new ArrayList<>();
        String key = "";
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
            TokenStreamLocation at = parser.currentTokenLocation();
            String where = "%s:%d:%d".formatted(file, at.getLineNr(), at.getColumnNr());
            switch (token) {
                case PROPERTY_NAME -> {
                    key = parser.currentName();
                    if (places.put(join(path, key), where) != null) {
                        problems.add(new HeedException("%s: is given twice (%s)".formatted(join(path, key), where)));
                    }
                }
                case START_OBJECT, START_ARRAY -> path.add(key);
                case END_OBJECT, END_ARRAY -> path.remove(path.size() - 1);
                default -> places.put(join(path, key), where);
            }
        }
    }

    private static String join(List<String> path, String key) {
        List<String> parts = new ArrayList<>(path.subList(Math.min(1, path.size()), path.size()));
        parts.add(key);
        return String.join(".", parts);
    }

    private void set(ObjectNode root, String override) {
        int equals = override.indexOf('=');
        if (equals < 1) {
            throw new HeedException("--set %s: write KEY=VALUE, as in --set training.steps=200".formatted(override));
        }
        String key = override.substring(0, equals);
        places.put(key, "--set " + override);
        ObjectNode node = root;
        List<String> parts = List.of(key.split("\\.", -1));
        int last = parts.size() - 1;
        for (int i = 0; i < last; i++) {
            if (node.get(parts.get(i)) instanceof ObjectNode inner) {
                node = inner;
            } else {
                node = node.putObject(parts.get(i));
                places.put(String.join(".", parts.subList(0, i + 1)), "--set " + override);
            }
        }
        String given = override.substring(equals + 1);
        if (isText(GUIDES.get(key), given)) { // as it is: a path may hold what YAML reads otherwise
            node.put(parts.get(last), given);
            return;
        }
        try {
            JsonNode value = YAML.readTree(given);
            node.set(parts.get(last), value.isMissingNode() ? NullNode.getInstance() : value);
        } catch (JacksonException e) {
            throw new HeedException("--set %s: the value is not YAML".formatted(override), e);
        }
    }

    private static boolean isText(@Nullable SettingGuide guide, String value) {
        return guide != null
                && switch (guide.type()) {
                    case TEXT -> true;
                    case TEXTS -> !(value.startsWith("[") && value.endsWith("]"));
                    default -> false;
                };
    }

    /** Finds what is given but does not exist or has a wrong type or range. */
    private void check(ObjectNode given, String prefix) {
        for (Map.Entry<String, JsonNode> entry : given.properties()) {
            String key = prefix + entry.getKey();
            JsonNode value = entry.getValue();
            SettingGuide guide = GUIDES.get(key);
            if (guide == null) {
                problems.add(new HeedException(
                        "%s: there is no such key%s (%s)".formatted(key, NearestKey.hint(key), place(key))));
                continue;
            }
            String fault = guide.fault(value);
            if (!fault.isEmpty()) {
                String shown = value.isValueNode() ? value.asString("null") : value.toString();
                problems.add(new HeedException("%s: %s %s (%s)".formatted(key, shown, fault, place(key))));
            } else if (value instanceof ObjectNode group) {
                check(group, key + ".");
            }
        }
    }

    private void requireAll(ObjectNode all) {
        for (SettingGuide guide : GUIDES.values()) {
            String key = guide.key();
            JsonNode value = at(all, key);
            if (guide.required() && !value.isObject() && isNothing(value)) {
                problems.add(
                        new HeedException("%s is missing; give it in %s or with --set %s=…".formatted(key, file, key)));
            }
        }
    }

    private static JsonNode at(ObjectNode root, String key) {
        return root.at("/" + key.replace('.', '/'));
    }

    private static boolean isNothing(JsonNode value) {
        return value.isArray()
                ? value.valueStream().allMatch(ConfigReader::isNothing)
                : value.asString("").isBlank();
    }

    /** Puts what is given in the place of the defaults. A text that is left empty keeps its default. */
    private static void merge(ObjectNode all, ObjectNode given) {
        for (Map.Entry<String, JsonNode> entry : given.properties()) {
            if (entry.getValue() instanceof ObjectNode inner && all.get(entry.getKey()) instanceof ObjectNode below) {
                merge(below, inner);
            } else if (!entry.getValue().isNull()) {
                all.set(entry.getKey(), entry.getValue());
            }
        }
    }

    private String place(String key) {
        return places.getOrDefault(key, file);
    }

    static String name(RecordComponent component) {
        return component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }
}
