package io.heed.train;

import io.heed.HeedException;
import io.heed.text.TextFile;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

    private final Map<String, String> places = new HashMap<>();
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
        return new ConfigReader(file.toString()).read(TextFile.read(file), overrides);
    }

    /** Writes a configuration as YAML, every key of it. */
    public static String write(RunConfig config) {
        return YAML.writeValueAsString(config);
    }

    private RunConfig read(String text, List<String> overrides) {
        ObjectNode given = parse(text);
        overrides.forEach(override -> set(given, override));
        check(given, RunConfig.class, "");
        ObjectNode all = YAML.valueToTree(RunConfig.defaults());
        merge(all, given);
        requireAll(all, RunConfig.class, "");
        RunConfig config = YAML.treeToValue(all, RunConfig.class);
        try {
            config.modelConfig(1);
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            String key = "model." + message.substring(0, message.indexOf(':'));
            throw new HeedException("model.%s (%s)".formatted(message, place(key)), e);
        }
        return config;
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
                    places.put(join(path, key), where);
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
        Class<?> type = type(parts);
        boolean list = type == List.class && given.startsWith("[") && given.endsWith("]");
        if (type == String.class
                || (type == List.class && !list)) { // as it is: a path may hold what YAML reads otherwise
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

    private static Class<?> type(List<String> path) {
        Class<?> type = RunConfig.class;
        for (String part : path) {
            RecordComponent[] components = type.isRecord() ? type.getRecordComponents() : new RecordComponent[0];
            type = Arrays.stream(components)
                    .filter(component -> name(component).equals(part))
                    .<Class<?>>map(RecordComponent::getType)
                    .findFirst()
                    .orElse(Object.class);
        }
        return type;
    }

    /** Checks that what is given exists and has the right type and range. */
    private void check(ObjectNode given, Class<?> type, String prefix) {
        for (Map.Entry<String, JsonNode> entry : given.properties()) {
            String key = prefix + entry.getKey();
            RecordComponent component = Arrays.stream(type.getRecordComponents())
                    .filter(c -> name(c).equals(entry.getKey()))
                    .findFirst()
                    .orElseThrow(() -> unknown(key, entry.getKey(), type));
            JsonNode value = entry.getValue();
            if (component.getType().isRecord()) {
                if (!(value instanceof ObjectNode object)) {
                    throw wrong(key, value, "is not a group of keys");
                }
                check(object, component.getType(), key + ".");
            } else {
                checkType(key, value, component.getType());
                checkRange(key, value, component.getAnnotation(Setting.class));
            }
        }
    }

    private void checkType(String key, JsonNode value, Class<?> type) {
        boolean whole = value.isIntegralNumber();
        if (type == int.class && !(whole && value.canConvertToInt())) {
            throw wrong(key, value, "is not a whole number");
        }
        if (type == long.class && !(whole && value.canConvertToLong())) {
            throw wrong(key, value, "is not a whole number");
        }
        if (type == double.class && !value.isNumber()) {
            throw wrong(key, value, "is not a number");
        }
        if (type == boolean.class && !value.isBoolean()) {
            throw wrong(key, value, "is not true or false");
        }
        if (type == List.class) {
            for (JsonNode item : value.isArray() ? value.values() : List.of(value)) {
                if (!item.isValueNode()) {
                    throw wrong(key, item, "is not a text");
                }
            }
        }
        if (type == String.class && !value.isValueNode()) {
            throw wrong(key, value, "is not a text");
        }
        if (type.isEnum()) {
            List<String> names =
                    Arrays.stream(type.getEnumConstants()).map(Object::toString).toList();
            if (!value.isString() || !names.contains(value.stringValue())) {
                throw wrong(key, value, "is not one of " + String.join(", ", names));
            }
        }
    }

    private void checkRange(String key, JsonNode value, Setting setting) {
        if (value.isNumber() && Double.isNaN(value.doubleValue())) {
            throw wrong(key, value, "is not a number");
        }
        if (value.isNumber() && value.doubleValue() < setting.min()) {
            throw wrong(key, value, "is less than " + number(setting.min()));
        }
        if (value.isNumber() && value.doubleValue() > setting.max()) {
            throw wrong(key, value, "is more than " + number(setting.max()));
        }
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
    }

    private void requireAll(ObjectNode all, Class<?> type, String prefix) {
        for (RecordComponent component : type.getRecordComponents()) {
            String key = prefix + name(component);
            if (all.get(name(component)) instanceof ObjectNode object) {
                requireAll(object, component.getType(), key + ".");
            } else if (component.getAnnotation(Setting.class).required() && isNothing(all.path(name(component)))) {
                throw new HeedException("%s is missing; give it in %s or with --set %s=…".formatted(key, file, key));
            }
        }
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

    private HeedException unknown(String key, String name, Class<?> type) {
        String nearest = "";
        int best = 1 + Math.max(2, name.length() / 2);
        for (RecordComponent component : type.getRecordComponents()) {
            int distance = distance(name, name(component));
            if (distance < best) {
                best = distance;
                nearest = name(component);
            }
        }
        String hint = nearest.isEmpty() ? "" : "; did you mean %s?".formatted(nearest);
        return new HeedException("%s: there is no such key%s (%s)".formatted(key, hint, place(key)));
    }

    private HeedException wrong(String key, JsonNode value, String why) {
        String shown = value.isValueNode() ? value.asString("null") : value.toString();
        return new HeedException("%s: %s %s (%s)".formatted(key, shown, why, place(key)));
    }

    private String place(String key) {
        return places.getOrDefault(key, file);
    }

    static String name(RecordComponent component) {
        return component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    /** The least number of letters to add, drop or change to get from one word to the other (Levenshtein 1966). */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int change = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
