package io.heed.bom;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
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
import java.util.zip.ZipFile;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns the bill of materials of Heed's jars into that of an archive, which has the native libraries unpacked, for one platform, and a
 * Java runtime. Fails if the archive has a jar or a native library that the bill does not know.
 */
public final class ArchiveBill {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path archive;

    /** The engine's files that no component has been found for, and their SHA-256. */
    private final Map<Path, String> engine = new TreeMap<>();

    /** The jars that no component has been found for. */
    private final Set<Path> jars;

    private ArchiveBill(Path archive) throws IOException {
        this.archive = archive;
        for (Path file : files(archive.resolve("engine"))) {
            engine.put(file, HexFormat.of().formatHex(sha256(file).digest()));
        }
        jars = new TreeSet<>(files(archive.resolve("lib")));
    }

    /** Takes the bill, Heed's jar, and the folder with the archive's contents, in which it writes {@code bom.json}. */
    public static void main(String[] arguments) throws IOException {
        ObjectNode bill = (ObjectNode) JSON.readTree(Files.readString(Path.of(arguments[0])));
        ArchiveBill made = new ArchiveBill(Path.of(arguments[2]));
        ObjectNode heed = (ObjectNode) bill.at("/metadata/component");
        heed.put("type", "application");
        Components.hash(heed, sha256(Path.of(arguments[1])));
        made.locate((ArrayNode) bill.path("components"));
        ((ArrayNode) bill.path("components")).add(made.runtime());
        bill.put("serialNumber", "urn:uuid:" + UUID.nameUUIDFromBytes(JSON.writeValueAsBytes(bill)));
        Files.writeString(
                made.archive.resolve("bom.json"),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsString(bill) + "\n");
    }

    /** Says where the archive has what the jars have, and drops what it lacks: other platforms' libraries. */
    private void locate(ArrayNode components) throws IOException {
        for (JsonNode each : components) {
            ObjectNode component = (ObjectNode) each;
            Path jar = archive.resolve(
                    "lib/" + BillOfMaterials.jar(component.path("purl").asString()));
            boolean present = jars.remove(jar);
            Set<String> entries = present ? entries(jar) : Set.of();
            ArrayNode parts = component.withArray("components");
            for (Iterator<JsonNode> inside = parts.iterator(); inside.hasNext(); ) {
                ObjectNode part = (ObjectNode) inside.next();
                String location = Components.location(part);
                Path unpacked = unpacked(Components.hash(part));
                if (unpacked != null) {
                    Components.locate(part, path(unpacked));
                } else if (entries.contains(location)) {
                    Components.locate(part, path(jar) + "!" + location);
                } else {
                    inside.remove();
                }
            }
            if (parts.isEmpty()) {
                component.remove("components");
            }
            component.remove("hashes");
            if (present) {
                Components.hash(component, sha256(jar));
                Components.locate(component, path(jar));
            }
        }
        if (!engine.isEmpty()) {
            throw new IllegalStateException(engine.keySet() + " in the archive came from no jar that the bill names");
        }
        if (!jars.isEmpty()) {
            throw new IllegalStateException(
                    "Heed does not depend on " + jars + ": run ./mvnw clean first, if an earlier build left them");
        }
    }

    /** Returns the engine's file with this sum, each once, or null. */
    private Path unpacked(String sum) {
        for (Path file : engine.keySet()) {
            if (sum.equals(engine.get(file))) {
                engine.remove(file);
                return file;
            }
        }
        return null;
    }

    private static Set<String> entries(Path jar) throws IOException {
        Set<String> names = new TreeSet<>();
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            zip.stream().forEach(entry -> names.add(entry.getName()));
        }
        return names;
    }

    /** Returns the Java runtime, with its files and with what its own notices say that it contains. */
    private ObjectNode runtime() throws IOException {
        Path folder = archive.resolve("runtime");
        Properties release = new Properties();
        try (InputStream file = Files.newInputStream(folder.resolve("release"))) {
            release.load(file);
        }
        Path licence = folder.resolve("legal/java.base/LICENSE");
        if (!Files.readString(licence).contains("\"CLASSPATH\" EXCEPTION TO THE GPL")) {
            throw new IllegalStateException(
                    path(licence)
                            + " is not the GPL with the Classpath Exception, so this JDK may not ship: take another with -Ddist.jdk");
        }
        ObjectNode runtime = Components.named("platform", "OpenJDK", "runtime");
        runtime.put("version", property(release, "JAVA_RUNTIME_VERSION"));
        runtime.putObject("supplier").put("name", property(release, "IMPLEMENTOR"));
        Components.license(runtime, "GPL-2.0-only WITH Classpath-exception-2.0");
        Components.locate(runtime, "runtime");
        BillOfMaterials.refuse(Materials.read(), JSON.createArrayNode().add(runtime));
        ArrayNode parts = runtime.putArray("components");
        for (String kind : List.of("bin", "lib")) {
            for (Path file : files(folder.resolve(kind))) {
                ObjectNode part = Components.named("file", file.getFileName().toString(), path(file));
                Components.hash(part, sha256(file));
                Components.locate(part, path(file));
                parts.add(part);
            }
        }
        for (Path notice : files(folder.resolve("legal"))) {
            if (notice.toString().endsWith(".md")) {
                ObjectNode part = Components.named("library", title(notice), path(notice));
                part.putArray("externalReferences")
                        .addObject()
                        .put("type", "license")
                        .put("url", path(notice));
                parts.add(part);
            }
        }
        return runtime;
    }

    private static String property(Properties release, String name) {
        String value = release.getProperty(name);
        if (value == null) {
            throw new IllegalStateException(
                    "runtime/release does not say what " + name + " is: take another JDK with -Ddist.jdk");
        }
        return value.replace("\"", "");
    }

    private static String title(Path notice) throws IOException {
        try (Stream<String> lines = Files.lines(notice, StandardCharsets.UTF_8)) {
            return lines.findFirst().orElse("").replaceFirst("^#+ *", "").strip();
        }
    }

    private String path(Path file) {
        return archive.relativize(file).toString().replace('\\', '/');
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static MessageDigest sha256(Path file) throws IOException {
        try (DigestInputStream bytes = new DigestInputStream(Files.newInputStream(file), Components.sha256())) {
            bytes.transferTo(OutputStream.nullOutputStream());
            return bytes.getMessageDigest();
        }
    }
}
