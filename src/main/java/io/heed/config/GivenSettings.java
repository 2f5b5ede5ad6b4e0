package io.heed.config;

import io.heed.HeedException;
import io.heed.Shell;
import io.heed.text.Visible;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BigIntegerNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * The settings given in a YAML file and on the command line, with their places. The key determines how a value is read,
 * so a name may look like a number.
 */
public final class GivenSettings {

    private static final Map<String, SettingGuide> GUIDES = SettingGuide.all().stream()
            .collect(Collectors.toMap(SettingGuide::key, guide -> guide, (one, other) -> one, LinkedHashMap::new));

    /** The most problems that are reported; the rest show up once these are fixed. */
    private static final int TOLD = 50;

    /** The names of configurations, of which those of runs have no file. */
    private static final Pattern CONFIGURATIONS = Pattern.compile("(?i).*\\.(ya?ml|json)|the run's .*");

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final String file;
    private final List<HeedException> problems = new ArrayList<>();
    private final Set<String> wrong = new HashSet<>();
    private final Map<String, String> places = new HashMap<>();
    private final ObjectNode values = JSON.objectNode();

    private GivenSettings(String file) {
        this.file = file;
    }

    /**
     * Reads settings and checks each by itself.
     *
     * @param file the name of the YAML in messages
     * @param overrides settings that replace the YAML's, as {@code training.steps=200}
     * @throws HeedException if the YAML or an override cannot be read
     */
    static GivenSettings read(String yaml, String file, List<String> overrides) {
        GivenSettings given = new GivenSettings(file);
        YamlNode found = document(yaml, file, given.problems);
        String asText = asText(file);
        if (!(found instanceof YamlNode.Mapping root)) {
            throw new HeedException("not a configuration: it has no keys and values%s (%s)".formatted(asText, file));
        }
        if (!asText.isEmpty() && root.values().keySet().stream().noneMatch(GivenSettings::isKey)) {
            throw new HeedException(
                    "not a configuration: it has none of the keys of one%s (%s)".formatted(asText, file));
        }
        for (String override : overrides) {
            given.set(root, override);
        }
        given.take(root, "", given.values);
        return given;
    }

    /** Whether a word is a key or a group of keys. */
    private static boolean isKey(String word) {
        return GUIDES.keySet().stream().anyMatch(key -> key.equals(word) || key.startsWith(word + "."));
    }

    private static @Nullable YamlNode document(String yaml, String file, List<HeedException> problems) {
        try {
            return YamlReader.read(yaml, file, problems);
        } catch (HeedException e) {
            String asText = asText(file);
            throw asText.isEmpty() ? e : new HeedException("not a configuration%s (%s)".formatted(asText, file), e);
        }
    }

    /** The way out for a text given as a configuration, as its name shows. */
    static String asText(String file) {
        return CONFIGURATIONS.matcher(file).matches()
                ? ""
                : "; to train on a text, run %s"
                        .formatted(Shell.line(
                                List.of("heed", "train", "configs/toy.yaml", "--set", "data.train=" + file)));
    }

    /** All keys by their names, in the order of {@link RunConfig}. */
    static Map<String, SettingGuide> guides() {
        return GUIDES;
    }

    /** The valid settings, grouped as in the YAML. */
    ObjectNode values() {
        return values;
    }

    /** Whether there are so many problems that no more are looked for. */
    public boolean isFull() {
        return problems.size() >= TOLD;
    }

    /** The problems found so far. */
    List<HeedException> problems() {
        return problems;
    }

    /** The value of a key; a missing node if there is none. */
    JsonNode value(String key) {
        return at(values, key);
    }

    static JsonNode at(ObjectNode root, String key) {
        return root.at("/" + key.replace('.', '/'));
    }

    /** Whether the value of a key, or of one in its group, is wrong. */
    public boolean isWrong(String key) {
        return wrong.stream().anyMatch(other -> other.equals(key) || other.startsWith(key + "."));
    }

    /** Whether a required key is not given. */
    public boolean isMissing(String key) {
        return wrong.contains(key) && !places.containsKey(key);
    }

    /** The place of a key's value, or the file if the key is not given. */
    String place(String key) {
        return places.getOrDefault(key, file);
    }

    private void set(YamlNode.Mapping root, String override) {
        int equals = override.indexOf('=');
        if (equals < 1) {
            throw new HeedException("--set %s: write KEY=VALUE, as in --set training.steps=200".formatted(override));
        }
        String key = override.substring(0, equals);
        String place = "--set " + override;
        Map<String, YamlNode> group = root.values();
        List<String> parts = List.of(key.split("\\.", -1));
        for (String part : parts.subList(0, parts.size() - 1)) {
            Map<String, YamlNode> inner = new LinkedHashMap<>(); // the present one may be shared through an alias
            String before = place;
            if (group.get(part) instanceof YamlNode.Mapping mapping) {
                inner.putAll(mapping.values());
                before = mapping.place();
            }
            group.put(part, new YamlNode.Mapping(before, inner));
            group = inner;
        }
        group.put(parts.get(parts.size() - 1), value(key, override.substring(equals + 1), place));
    }

    private YamlNode value(String key, String given, String place) {
        if (isText(GUIDES.get(key), given)) { // taken literally: a path may contain YAML syntax
            return new YamlNode.Scalar(place, given, true);
        }
        YamlNode value;
        try {
            value = YamlReader.read(given, place, problems);
        } catch (HeedException e) {
            throw new HeedException("%s: the value is not YAML".formatted(place), e);
        }
        return value == null ? new YamlNode.Scalar(place, "", false) : value.at(place);
    }

    private static boolean isText(@Nullable SettingGuide guide, String value) {
        return guide != null
                && switch (guide.type()) {
                    case TEXT -> true;
                    case TEXTS -> !(value.startsWith("[") && value.endsWith("]"));
                    default -> false;
                };
    }

    /** Takes the valid settings of a group and notes the problems. */
    private void take(YamlNode.Mapping given, String prefix, ObjectNode into) {
        given.values().forEach((name, node) -> {
            if (isFull()) {
                return;
            }
            String key = prefix + name;
            places.put(key, node.place());
            SettingGuide guide = GUIDES.get(key);
            if (guide == null || name.contains(".")) {
                String hint = guide == null
                        ? NearestKey.hint(key)
                        : "; write %s: under %s:"
                                .formatted(
                                        name.substring(name.lastIndexOf('.') + 1),
                                        key.substring(0, key.lastIndexOf('.')));
                refuse(key, "there is no such key" + hint);
                return;
            }
            JsonNode value = typed(guide.type(), node);
            String fault = guide.fault(value);
            if (!fault.isEmpty()) {
                refuse(key, Visible.text(node.shown()) + " " + fault + spelling(guide.type(), node));
            } else if (node instanceof YamlNode.Mapping group) {
                take(group, key + ".", into.putObject(name));
            } else {
                boolean whole = guide.type() == SettingGuide.Type.INTEGER; // even if written as 2e3
                into.set(name, whole ? BigIntegerNode.valueOf(value.bigIntegerValue()) : value);
            }
        });
    }

    /**
     * Notes that the value of a key is wrong.
     *
     * @param why what follows the key, as in {@code 0 is less than 1}
     */
    public void refuse(String key, String why) {
        wrong.add(key);
        if (!isFull()) {
            problems.add(new HeedException("%s: %s (%s)".formatted(Visible.text(key), why, place(key))));
        }
    }

    /** Notes a failure caused by the value of a key; its message may start with the key. */
    public void refuse(String key, HeedException failure) {
        refuse(key, String.valueOf(failure.getMessage()).replaceFirst("^\\Q%s: \\E".formatted(key), ""));
    }

    /** Notes that a key is missing. */
    void missing(String key, String why) {
        wrong.add(key);
        problems.add(new HeedException(why));
    }

    /** Converts a value to a type, or to a node of another type if it does not fit. */
    private static JsonNode typed(SettingGuide.Type type, YamlNode node) {
        if (node instanceof YamlNode.Scalar scalar) {
            return scalar.isNull() ? NullNode.getInstance() : typed(type, scalar);
        }
        if (node instanceof YamlNode.Sequence sequence) {
            ArrayNode array = JSON.arrayNode();
            if (type == SettingGuide.Type.TEXTS) {
                sequence.items()
                        .forEach(item ->
                                array.add(item instanceof YamlNode.Scalar ? typed(type, item) : JSON.arrayNode()));
            }
            return array;
        }
        return JSON.objectNode();
    }

    private static JsonNode typed(SettingGuide.Type type, YamlNode.Scalar scalar) {
        JsonNode text = StringNode.valueOf(scalar.text());
        if (scalar.quoted()) {
            return text;
        }
        return switch (type) {
            case INTEGER, NUMBER -> YamlNumber.of(scalar.text()).orElse(text);
            case BOOLEAN ->
                switch (scalar.text()) {
                    case "true", "True", "TRUE" -> BooleanNode.TRUE;
                    case "false", "False", "FALSE" -> BooleanNode.FALSE;
                    default -> text;
                };
            default -> text;
        };
    }

    /** Suggests the spelling of what was meant; "" if there is none. */
    private static String spelling(SettingGuide.Type type, YamlNode node) {
        if (!(node instanceof YamlNode.Scalar scalar)) {
            return "";
        }
        boolean number = type == SettingGuide.Type.INTEGER || type == SettingGuide.Type.NUMBER;
        boolean bare = typed(type, new YamlNode.Scalar(scalar.place(), scalar.text(), false))
                .isString();
        if (scalar.quoted() && !bare) {
            return "; leave the quotes out";
        }
        if (number) {
            return YamlNumber.spelling(scalar.text());
        }
        return type != SettingGuide.Type.BOOLEAN
                ? ""
                : switch (scalar.text().toLowerCase(Locale.ROOT)) {
                    case "yes", "y", "on" -> "; write true";
                    case "no", "n", "off" -> "; write false";
                    default -> "";
                };
    }
}
