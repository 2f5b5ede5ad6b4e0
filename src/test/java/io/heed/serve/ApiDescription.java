package io.heed.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.heed.RecordSchema;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a server says of its API, and whether that is true. */
public final class ApiDescription {

    private final ServedSite served;
    private final JsonNode description;

    /** Reads the description that a server gives. */
    public ApiDescription(ServedSite served) throws Exception {
        this.served = served;
        description = JsonMapper.shared().readTree(served.get("/openapi.json").body());
    }

    /** What is wrong with a value, by one of the description's schemas. */
    public List<Error> errors(String name, String json) {
        JsonNode schemas = JsonMapper.shared()
                .readTree(description
                        .path("components")
                        .path("schemas")
                        .toString()
                        .replace("#/components/schemas/", "#/$defs/"));
        var root = JsonMapper.shared().createObjectNode();
        root.put("$ref", "#/$defs/" + name);
        root.set("$defs", schemas);
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(root.toString());
        return schema.validate(JsonMapper.shared().readTree(json));
    }

    /** Asserts that it has every route of the server, but for the parts of the page, and nothing else. */
    public void assertHasTheRoutes() {
        Set<String> answered = new TreeSet<>();
        served.server.served().stream()
                .filter(route -> !route.path().startsWith("/page/"))
                .forEach(route ->
                        answered.add(route.kind().methods().get(0).toLowerCase(Locale.ROOT) + " " + route.path()));
        Set<String> described = new TreeSet<>();
        description
                .path("paths")
                .properties()
                .forEach(path ->
                        path.getValue().propertyNames().forEach(method -> described.add(method + " " + path.getKey())));
        assertThat(described).isEqualTo(answered);
        assertThat(description.path("openapi").asString()).startsWith("3.1.");
    }

    /**
     * Asserts that it describes the records that answers are made of.
     *
     * @param places the place of each among the schemas, and those that others hold
     */
    public void assertHasTheRecords(Map<String, Class<? extends Record>> places) {
        RecordSchema records = new RecordSchema();
        places.forEach((place, record) -> {
            String name = String.valueOf(records.reference(record).get("$ref")).replace("#/$defs/", "");
            JsonNode made = JsonMapper.shared().valueToTree(records.records().get(name));
            JsonNode described = description.at("/components/schemas" + place);
            for (String key : List.of("type", "required", "additionalProperties")) {
                assertThat(described.path(key)).as("%s of %s", key, place).isEqualTo(made.path(key));
            }
            assertThat(described.path("properties").propertyNames())
                    .as(place)
                    .containsExactlyElementsOf(made.path("properties").propertyNames());
            made.path("properties").properties().forEach(property -> {
                JsonNode type =
                        described.path("properties").path(property.getKey()).path("type");
                assertThat(property.getValue().path("type").toString())
                        .as("%s of %s", property.getKey(), place)
                        .contains(type.isString() ? type.toString() : ""); // a constant or a reference has none
            });
        });
        assertThat(records.records())
                .as("those that others hold are among them")
                .hasSameSizeAs(places);
    }
}
