package io.heed.bom;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns the bill of materials of Heed's jars into that of an archive, which has the native libraries unpacked, for one platform, and a
 * Java runtime. Fails if the archive has a native library that the bill does not know.
 */
public final class ArchiveBill {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Paths in the archive, by SHA-256, of the engine's files that no component has been found for. */
    private final Map<String, String> engine = new TreeMap<>();

    /** Jars that no component has been found for. */
    private final Set<Path> jars;

    private final Path archive;

    private ArchiveBill(Path archive) throws IOException {
        this.archive = archive;
        for (Path file : files(archive.resolve("engine"))) {
            engine.put(sha256(file), path(file));
        }
        jars = new TreeSet<>(files(archive.resolve("lib")));
    }

    /** Takes the bill, Heed's jar, and the folder with the archive's contents, in which it writes {@code bom.json}. */
    public static void main(String[] arguments) throws IOException {
        ObjectNode bill = (ObjectNode) JSON.readTree(Files.readString(Path.of(arguments[0])));
        ArchiveBill made = new ArchiveBill(Path.of(arguments[2]));
        ((ObjectNode) bill.at("/metadata/component")).put("type", "application");
        sum((ObjectNode) bill.at("/metadata/component"), sha256(Path.of(arguments[1])));
        made.locate((ArrayNode) bill.path("components"));
        ((ArrayNode) bill.path("components")).add(made.runtime());
        byte[] content = JSON.writeValueAsBytes(bill);
        bill.put("serialNumber", "urn:uuid:" + UUID.nameUUIDFromBytes(content));
        Files.writeString(
                made.archive.resolve("bom.json"),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsString(bill) + "\n");
    }

    /** Says where the archive has what the jars have, and drops what it lacks: other platforms' libraries. */
    private void locate(ArrayNode components) throws IOException {
        for (Iterator<JsonNode> all = components.iterator(); all.hasNext(); ) {
            ObjectNode component = (ObjectNode) all.next();
            Path jar = archive.resolve(
                    "lib/" + BillOfMaterials.jar(component.path("purl").asString()));
            boolean whole = Files.exists(jar) && sha256(jar).equals(sha256(component));
            ArrayNode inside = component.withArray("components");
            for (Iterator<JsonNode> parts = inside.iterator(); parts.hasNext(); ) {
                ObjectNode part = (ObjectNode) parts.next();
                ObjectNode occurrence = (ObjectNode) part.at("/evidence/occurrences/0");
                String unpacked = engine.remove(sha256(part));
                if (unpacked != null) {
                    occurrence.put("location", unpacked);
                } else if (whole) {
                    occurrence.put(
                            "location",
                            path(jar) + "!" + occurrence.path("location").asString());
                } else {
                    parts.remove();
                }
            }
            if (inside.isEmpty()) {
                component.remove("components");
            }
            if (jars.remove(jar)) {
                component
                        .putObject("evidence")
                        .putArray("occurrences")
                        .addObject()
                        .put("location", path(jar));
                if (!whole) {
                    sum(component, sha256(jar));
                }
            } else if (inside.isEmpty()) {
                all.remove();
            } else {
                component.remove("hashes");
            }
        }
        if (!engine.isEmpty()) {
            throw new IllegalStateException("no jar has " + engine.values());
        }
        if (!jars.isEmpty()) {
            throw new IllegalStateException(
                    "Heed does not depend on " + jars + ": run ./mvnw clean first, if an earlier build left them");
        }
    }

    /** Returns the Java runtime, with its files and with what its own notices say that it contains. */
    private ObjectNode runtime() throws IOException {
        Path folder = archive.resolve("runtime");
        Properties release = new Properties();
        try (InputStream file = Files.newInputStream(folder.resolve("release"))) {
            release.load(file);
        }
        ObjectNode runtime = JSON.createObjectNode()
                .put("type", "platform")
                .put("bom-ref", "runtime")
                .put("name", "OpenJDK")
                .put(
                        "version",
                        unquoted(release.getProperty("JAVA_RUNTIME_VERSION", release.getProperty("JAVA_VERSION"))));
        if (release.containsKey("IMPLEMENTOR")) {
            runtime.putObject("supplier").put("name", unquoted(release.getProperty("IMPLEMENTOR")));
        }
        runtime.putArray("licenses").addObject().put("expression", "GPL-2.0-only WITH Classpath-exception-2.0");
        runtime.putObject("evidence").putArray("occurrences").addObject().put("location", "runtime");
        BillOfMaterials.refuse(JSON.createArrayNode().add(runtime));
        ArrayNode parts = runtime.putArray("components");
        for (String files : List.of("bin", "lib")) {
            for (Path file : files(folder.resolve(files))) {
                ObjectNode part = parts.addObject()
                        .put("type", "file")
                        .put("bom-ref", path(file))
                        .put("name", file.getFileName().toString());
                sum(part, sha256(file));
                part.putObject("evidence").putArray("occurrences").addObject().put("location", path(file));
            }
        }
        for (Path notice : files(folder.resolve("legal"))) {
            if (notice.toString().endsWith(".md")) {
                ObjectNode part = parts.addObject()
                        .put("type", "library")
                        .put("bom-ref", path(notice))
                        .put("name", title(notice));
                part.putArray("externalReferences")
                        .addObject()
                        .put("type", "license")
                        .put("url", path(notice));
            }
        }
        return runtime;
    }

    private static String title(Path notice) throws IOException {
        try (Stream<String> lines = Files.lines(notice, StandardCharsets.UTF_8)) {
            return lines.findFirst().orElse("").replaceFirst("^#+ *", "").strip();
        }
    }

    private static String unquoted(String value) {
        return value.replace("\"", "");
    }

    private String path(Path file) {
        return archive.relativize(file).toString().replace('\\', '/');
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return new ArrayList<>(files.filter(Files::isRegularFile).sorted().toList());
        }
    }

    private static void sum(ObjectNode component, String sha256) {
        component.putArray("hashes").addObject().put("alg", "SHA-256").put("content", sha256);
    }

    private static String sha256(JsonNode component) {
        for (JsonNode hash : component.path("hashes")) {
            if (hash.path("alg").asString().equals("SHA-256")) {
                return hash.path("content").asString();
            }
        }
        return "";
    }

    private static String sha256(Path file) throws IOException {
        try (DigestInputStream bytes = new DigestInputStream(Files.newInputStream(file), sha256())) {
            bytes.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(bytes.getMessageDigest().digest());
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
