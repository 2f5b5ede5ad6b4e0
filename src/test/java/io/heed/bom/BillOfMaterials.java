package io.heed.bom;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Completes the bill of materials that CycloneDX makes of Maven's artifacts: adds the native libraries and fonts inside them, with what
 * they were linked from. Fails if the licence of anything in it is not allowed.
 */
public final class BillOfMaterials {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final Pattern PURL = Pattern.compile("pkg:maven/[^/]+/([^@]+)@([^?]+)(?:\\?(.*))?");
    private static final Pattern CLASSIFIER = Pattern.compile("(?:^|&)classifier=([^&]+)");

    private BillOfMaterials() {}

    /** Takes the file of the bill, which it rewrites, and the folder of the jars. */
    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        if (!Files.exists(file)) {
            throw new IllegalStateException(file + " is missing: CycloneDX writes it only if Maven runs without -o");
        }
        Materials materials = Materials.read();
        JsonNode bill = JSON.readTree(Files.readString(file));
        refuse(materials, bill.path("components"));
        JarContents contents = new JarContents(materials);
        for (JsonNode component : bill.path("components")) {
            Path jar = Path.of(arguments[1], jar(component.path("purl").asString()));
            List<ObjectNode> inside = contents.of(
                    jar,
                    component.path("bom-ref").asString(),
                    component.path("version").asString());
            if (!inside.isEmpty()) {
                ((ObjectNode) component).putArray("components").addAll(inside);
            }
        }
        refuse(materials, bill.path("components"));
        new Licences(materials).conclude(bill.path("components"));
        Files.writeString(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(bill) + "\n");
    }

    /** Fails if one of the components may not ship. */
    static void refuse(Materials materials, JsonNode components) {
        List<String> refused = new Licences(materials).refused(components);
        if (!refused.isEmpty()) {
            throw new IllegalStateException(String.join("\n", refused));
        }
    }

    /** Returns the name of the jar in {@code lib} by its purl: {@code pkg:maven/group/artifact@version?classifier=name&type=jar}. */
    static String jar(String purl) {
        Matcher parts = PURL.matcher(purl);
        if (!parts.matches()) {
            throw new IllegalStateException(purl + " is not the purl of a Maven artifact");
        }
        Matcher classifier = CLASSIFIER.matcher(String.valueOf(parts.group(3)));
        String name = parts.group(1) + "-" + parts.group(2) + (classifier.find() ? "-" + classifier.group(1) : "");
        return URLDecoder.decode(name, StandardCharsets.UTF_8) + ".jar";
    }
}
