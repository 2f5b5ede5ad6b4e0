package io.heed.config;

import io.heed.HeedException;
import io.heed.Internal;
import io.heed.model.shape.Architecture;
import io.heed.text.DataFormat;
import io.heed.text.TextFile;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * Reads a run's configuration from YAML. A problem is reported in one sentence with key, value and place, as in {@code
 * layers: 0 is less than 1 (configs/my.yaml:4:9)}.
 */
public final class ConfigReader {

    static final YAMLMapper YAML = YAMLMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
            .enable(SerializationFeature.WRITE_SINGLE_ELEM_ARRAYS_UNWRAPPED)
            .enable(EnumFeature.READ_ENUMS_USING_TO_STRING)
            .enable(EnumFeature.WRITE_ENUMS_USING_TO_STRING)
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
            .enable(YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build();

    private final String file;
    private final GivenSettings given;
    private final List<HeedException> problems;

    /** Whether each setting of the model is right by itself. */
    private boolean shaped;

    private ConfigReader(String yaml, String file, List<String> overrides) {
        this.file = file;
        given = GivenSettings.read(yaml, file, overrides);
        problems = given.problems();
    }

    /**
     * Reads a configuration.
     *
     * @param file the YAML
     * @param overrides settings that replace the file's, as {@code training.steps=200}
     * @throws HeedException if the file is missing or anything in it is wrong
     */
    public static RunConfig read(Path file, List<String> overrides) {
        return parse(text(file), file.toString(), overrides);
    }

    /**
     * Reads the complete configuration that a run left. The model the run started from need no longer exist.
     *
     * @throws HeedException if the file is missing or anything in it is wrong
     */
    public static RunConfig readLeft(Path file) {
        return left(text(file), file.toString(), List.of());
    }

    /**
     * Reads a configuration that a run left, as {@link #readLeft} does, from its text.
     *
     * @param where the name of the text in messages
     * @param overrides settings that replace the text's
     */
    public static RunConfig left(String yaml, String where, List<String> overrides) {
        return new ConfigReader(yaml, where, overrides).read(false);
    }

    /**
     * Reads a configuration from its text.
     *
     * @param where the name of the text in messages
     * @param overrides settings that replace the text's
     */
    static RunConfig parse(String yaml, String where, List<String> overrides) {
        return new ConfigReader(yaml, where, overrides).read(true);
    }

    /**
     * A configuration and its problems.
     *
     * @param config the configuration, with defaults in place of wrong settings; null if it cannot be read at all
     * @param problems what is wrong, one sentence each; empty if nothing is
     * @param skipped what was not checked, each in words such as {@code the texts, which are larger than 1 GiB}
     * @param defaults the keys left at their defaults; empty if anything is wrong
     */
    public record Check(
            @Nullable RunConfig config, List<String> problems, List<String> skipped, List<SettingGuide> defaults) {

        /** Whether nothing is wrong. */
        public boolean right() {
            return problems.isEmpty();
        }
    }

    /** Finds problems of a run that its configuration alone does not show. */
    @Internal
    public interface More {

        /**
         * Reports the problems.
         *
         * @param skipped receives what is not checked
         */
        void find(RunConfig config, GivenSettings given, Consumer<String> skipped);
    }

    /**
     * Finds all problems of a configuration, while {@link #read} stops at the first.
     *
     * @param more called if the configuration can be read at all
     */
    @Internal
    public static Check check(Path file, List<String> overrides, More more) {
        try {
            ConfigReader reader = new ConfigReader(text(file), file.toString(), overrides);
            RunConfig config = reader.config(true);
            List<String> skipped = new ArrayList<>();
            if (!reader.shaped) {
                skipped.add("whether the settings of the model fit together, since one of them is wrong");
            }
            more.find(config, reader.given, skipped::add);
            return new Check(
                    config,
                    reader.problems.stream()
                            .map(e -> String.valueOf(e.getMessage()))
                            .toList(),
                    skipped,
                    reader.problems.isEmpty() ? reader.defaults(config) : List.of());
        } catch (HeedException e) {
            return new Check(null, List.of(String.valueOf(e.getMessage())), List.of(), List.of());
        }
    }

    private static String text(Path file) {
        try {
            return TextFile.readSmall(
                    file, "a configuration, such as configs/toy.yaml, which comes with Heed, or a copy of it");
        } catch (HeedException e) {
            String asText = GivenSettings.asText(file.toString());
            throw asText.isEmpty() || !Files.isRegularFile(file)
                    ? e
                    : new HeedException("not a configuration%s (%s)".formatted(asText, file), e);
        }
    }

    /** Writes a configuration as YAML, with every key. */
    public static String write(RunConfig config) {
        return YAML.writeValueAsString(config);
    }

    private RunConfig read(boolean begins) {
        RunConfig config = config(begins);
        if (!problems.isEmpty()) {
            throw problems.get(0);
        }
        return config;
    }

    /**
     * Returns the configuration, with defaults in place of wrong settings, and notes the problems.
     *
     * @param begins whether the model that the run starts from must exist
     */
    private RunConfig config(boolean begins) {
        ObjectNode all = defaults();
        String from = given.value("model.from").asString("");
        if (begins && !from.isBlank()) {
            merge(all, InheritedShape.of(given, all, from));
        }
        merge(all, given.values());
        requireAll(all);
        RunConfig config = YAML.treeToValue(all, RunConfig.class);
        shaped = !given.isWrong("model");
        if (shaped) {
            requireShape(config);
            requireFormat(config);
        }
        return config;
    }

    /** All keys at their defaults; required ones empty. */
    private static ObjectNode defaults() {
        ObjectNode all = YAML.createObjectNode();
        for (SettingGuide guide : GivenSettings.guides().values()) {
            int dot = guide.key().lastIndexOf('.');
            ObjectNode group = dot < 0
                    ? all
                    : (ObjectNode) GivenSettings.at(all, guide.key().substring(0, dot));
            Object nothing = guide.type() == SettingGuide.Type.TEXTS ? List.of() : "";
            Object value = Objects.requireNonNullElse(guide.defaultValue(), nothing);
            group.set(
                    guide.key().substring(dot + 1),
                    guide.type() == SettingGuide.Type.GROUP ? YAML.createObjectNode() : YAML.valueToTree(value));
        }
        return all;
    }

    private List<SettingGuide> defaults(RunConfig config) {
        boolean anew = config.model().from().isBlank();
        return GivenSettings.guides().values().stream()
                .filter(guide -> guide.type() != SettingGuide.Type.GROUP)
                .filter(guide -> anew || !guide.key().startsWith("model."))
                .filter(guide -> given.value(guide.key()).asString("").isEmpty())
                .toList();
    }

    private void requireShape(RunConfig config) {
        try {
            config.modelConfig(1);
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            String key = message.substring(0, message.indexOf(':'));
            given.refuse("model." + key, message.substring(key.length() + 2));
        }
    }

    /** Refuses pairs for a model that does not translate, and other formats for one that does. */
    private void requireFormat(RunConfig config) {
        DataFormat format = config.data().format();
        Architecture architecture = config.model().architecture();
        boolean pairs = format == DataFormat.PAIRS;
        if (given.isWrong("data.format") || pairs == (architecture == Architecture.ENCODER_DECODER)) {
            return;
        }
        String from = config.model().from();
        if (!from.isBlank()) { // the model's architecture is fixed
            given.refuse(
                    "data.format",
                    "%s does not fit %s, which model.from names and which %s"
                            .formatted(
                                    format,
                                    from,
                                    pairs ? "continues texts; give stream or lines" : "translates; give pairs"));
        } else if (pairs) {
            given.refuse(
                    "model.architecture",
                    "%s does not fit data.format: pairs; give encoder-decoder".formatted(architecture));
        } else {
            given.refuse(
                    "data.format", "%s does not fit model.architecture: encoder-decoder; give pairs".formatted(format));
        }
    }

    private void requireAll(ObjectNode all) {
        for (SettingGuide guide : GivenSettings.guides().values()) {
            String key = guide.key();
            JsonNode value = GivenSettings.at(all, key);
            if (guide.required() && !value.isObject() && isNothing(value) && !given.isWrong(key)) {
                given.missing(key, "%s is missing; give it in %s or with --set %s=…".formatted(key, file, key));
            }
        }
    }

    private static boolean isNothing(JsonNode value) {
        return value.isArray()
                ? value.valueStream().allMatch(ConfigReader::isNothing)
                : value.asString("").isBlank();
    }

    /** Replaces defaults by given settings. A text left empty keeps its default. */
    private static void merge(ObjectNode all, ObjectNode given) {
        for (Map.Entry<String, JsonNode> entry : given.properties()) {
            if (entry.getValue() instanceof ObjectNode inner && all.get(entry.getKey()) instanceof ObjectNode below) {
                merge(below, inner);
            } else if (!entry.getValue().isNull()) {
                all.set(entry.getKey(), entry.getValue());
            }
        }
    }

    static String name(RecordComponent component) {
        return component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }
}
