package io.heed.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The schema of configurations: a validator refuses with it what the reader refuses, and nothing else. */
class ConfigSchemaTest {

    private static final String LEAST = "{\"name\": \"mine\", \"data\": {\"train\": \"text.txt\"}}";

    private static final Path COMMITTED = Path.of("configs/heed.schema.json");

    private static final Schema SCHEMA = schema(ConfigSchema.json());

    @TempDir
    private Path folder;

    private static Schema schema(String json) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(json);
    }

    private static boolean allows(Schema schema, String json) {
        return schema.validate(json, InputFormat.JSON).isEmpty();
    }

    private boolean reads(String json) throws IOException {
        Path file = Files.writeString(folder.resolve("my.yaml"), json); // JSON is YAML
        return ConfigReader.check(file, List.of(), (config, given, skipped) -> {}).problems().stream()
                .allMatch(problem -> problem.contains("does not divide")
                        || problem.contains("does not fit") // how keys fit together
                        || problem.contains("does not exist")); // whether a model exists
    }

    /** The smallest configuration with a key set to a value, as JSON. */
    private static String with(String key, String value) {
        int dot = key.indexOf('.');
        String group = dot < 0 ? "" : key.substring(0, dot);
        String entry = "\"%s\": %s".formatted(key.substring(dot + 1), value);
        List<String> parts = new ArrayList<>();
        if (!key.equals("name")) {
            parts.add("\"name\": \"mine\"");
        }
        if (!group.equals("data") && !key.equals("data")) {
            parts.add("\"data\": {\"train\": \"text.txt\"}");
        }
        String train = group.equals("data") && !key.equals("data.train") ? "\"train\": \"text.txt\", " : "";
        parts.add(dot < 0 ? entry : "\"%s\": {%s%s}".formatted(group, train, entry));
        return "{" + String.join(", ", parts) + "}";
    }

    static List<SettingGuide> keys() {
        return SettingGuide.all();
    }

    @Test
    void is_committed_as_it_is_printed() throws IOException {
        assertThat(Files.readString(COMMITTED))
                .as("run: ./heed config --schema > " + COMMITTED)
                .isEqualTo(ConfigSchema.json());
    }

    @Test
    void allows_every_configuration_that_comes_with_heed() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("configs"))) {
            List<Path> configs =
                    files.filter(file -> file.toString().endsWith(".yaml")).toList();
            assertThat(configs).isNotEmpty();
            for (Path config : configs) {
                String yaml = Files.readString(config);
                assertThat(SCHEMA.validate(yaml, InputFormat.YAML))
                        .as("%s", config)
                        .isEmpty();
                assertThat(yaml).startsWith("# yaml-language-server: $schema=heed.schema.json\n");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("keys")
    void allows_of_each_key_what_the_reader_allows(SettingGuide guide) throws IOException {
        List<String> values = new ArrayList<>(List.of(
                "\"\"",
                "\" \"",
                "\"x\"",
                "true",
                "null",
                "-1",
                "0",
                "1",
                "2",
                "2.0",
                "0.5",
                "1.5",
                "1" + "0".repeat(30),
                "-1" + "0".repeat(30),
                "[]",
                "[1]",
                "[\"a\"]",
                "[\"a\", \"\"]",
                "[[\"a\"]]",
                "{}",
                "{\"x\": 1}"));
        guide.allowed().forEach(word -> values.add("\"" + word + "\""));
        for (Number limit : new Number[] {guide.minimum(), guide.maximum()}) {
            if (limit != null) {
                BigDecimal exact = new BigDecimal(limit.toString());
                BigDecimal bit = guide.type() == SettingGuide.Type.INTEGER
                        ? BigDecimal.ONE
                        : exact.abs().movePointLeft(9).add(new BigDecimal("1e-12"));
                for (BigDecimal value : List.of(exact, exact.subtract(bit), exact.add(bit))) {
                    values.add(value.toPlainString());
                }
            }
        }
        int refused = 0;
        for (String value : values) {
            String json = with(guide.key(), value);
            assertThat(allows(SCHEMA, json)).as(json).isEqualTo(reads(json));
            refused += reads(json) ? 0 : 1;
        }
        assertThat(refused).isBetween(1, guide.type() == SettingGuide.Type.GROUP ? values.size() : values.size() - 1);
    }

    @ParameterizedTest
    @MethodSource("keys")
    void refuses_an_unknown_key(SettingGuide guide) throws IOException {
        String json = with(guide.key() + "_", "1");
        assertThat(allows(SCHEMA, json)).as(json).isFalse();
        assertThat(reads(json)).as(json).isFalse();
    }

    @Test
    void requires_the_required_keys() {
        assertThat(allows(SCHEMA, LEAST)).isTrue();
        assertThat(allows(SCHEMA, "{\"name\": \"mine\"}")).isFalse();
        assertThat(allows(SCHEMA, "{\"name\": \"mine\", \"data\": {}}")).isFalse();
        assertThat(allows(SCHEMA, "{\"data\": {\"train\": \"text.txt\"}}")).isFalse();
    }

    /** A key that may be a text or a list of texts. */
    record Listed(
            @Setting(value = "Texts", required = true) List<String> texts,
            @Setting("More") List<String> more) {}

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"texts": "a"}                    | true
                    {"texts": ["a", "b"], "more": []} | true
                    {"texts": "a", "more": ""}        | true
                    {"texts": []}                     | false
                    {"texts": [""]}                   | false
                    {"texts": [["a"]]}                | false
                    {"texts": null}                   | false
                    {"more": "a"}                     | false
                    """)
    void allows_a_text_or_a_list_of_texts(String json, boolean allowed) {
        Schema schema = schema(ConfigSchema.json("", Listed.class));
        assertThat(allows(schema, json)).isEqualTo(allowed);
    }
}
