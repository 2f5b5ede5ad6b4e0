package io.heed.bom;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What target/bom.json says of target/lib, after the package is built. */
class BillOfMaterialsIT {

    private static final String START = "\n  <dependencies>\n";
    private static final String END = "  </dependencies>\n  <build>";
    private static final String DEPENDENCY =
            "<dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>${%s.version}</version></dependency>";

    /** SHA-256 by the name of the jar, and by the jar's name, "!" and the path for what is inside. */
    private static final Map<String, String> NAMED = new TreeMap<>();

    /** Folders of others' classes in jars, by the name of what they are. */
    private static final Map<String, String> SHADED = new TreeMap<>();

    private static JsonNode bill;

    @BeforeAll
    static void read() throws Exception {
        bill = JsonMapper.builder().build().readTree(Files.readString(Path.of("target/bom.json")));
        for (JsonNode component : bill.path("components")) {
            String jar = BillOfMaterials.jar(component.path("purl").asString());
            NAMED.put(jar, Components.hash(component));
            for (JsonNode inside : component.path("components")) {
                String path = Components.location(inside);
                if (path.endsWith("/")) {
                    SHADED.put(inside.path("name").asString(), jar + "!" + path);
                } else {
                    NAMED.put(jar + "!" + path, Components.hash(inside));
                }
            }
        }
    }

    /** Which files are native or fonts, their first bytes say here; their names do where the bill is made. */
    @Test
    void names_every_jar_that_ships_and_every_native_library_and_font_inside() throws Exception {
        Map<String, String> shipped = new TreeMap<>();
        try (DirectoryStream<Path> lib = Files.newDirectoryStream(Path.of("target/lib"))) {
            for (Path jar : lib) {
                String name = jar.getFileName().toString();
                shipped.put(name, sha256(Files.newInputStream(jar), null));
                shipped.putAll(foreign(jar));
            }
        }
        assertThat(shipped).hasSizeGreaterThan(100);
        assertThat(less(shipped, NAMED))
                .as("ships, and is not named with this sum")
                .isEmpty();
        assertThat(less(NAMED, shipped)).as("is named, and does not ship").isEmpty();
    }

    @Test
    void heed_itself_has_none_inside() throws Exception {
        assertThat(foreign(Path.of("target/heed.jar"))).isEmpty();
    }

    @Test
    void tells_what_native_libraries_were_linked_from() {
        assertThat(bill.findValuesAsString("purl"))
                .anyMatch(purl -> purl.startsWith("pkg:cargo/tokenizers@"))
                .anyMatch(purl -> purl.matches("pkg:cargo/candle-core\\?vcs_url=git%2Bhttps.*%40[0-9a-f]{7,}"));
        assertThat(bill.findValuesAsString("name")).contains("Intel MKL", "libffi", "Oniguruma");
    }

    /** By their licences, which lie beside Jackson's own. */
    @Test
    void names_the_classes_of_others_that_jars_contain() {
        assertThat(SHADED).containsOnlyKeys("FastDoubleParser", "Schubfach");
        assertThat(SHADED.values()).allMatch(folder -> folder.startsWith("jackson-core-"));
    }

    /** With Heed's build, but no other dependencies than what the check itself needs: so it takes less time. */
    @Test
    void a_library_under_the_gpl_fails_the_build() throws Exception {
        Path folder = Files.createDirectories(Path.of("target/gpl"));
        String pom = Files.readString(Path.of("pom.xml"));
        assertThat(pom).containsOnlyOnce(START).containsOnlyOnce(END);
        Files.writeString(
                folder.resolve("pom.xml"),
                pom.substring(0, pom.indexOf(START) + START.length())
                        + DEPENDENCY.formatted("tools.jackson.dataformat", "jackson-dataformat-yaml", "jackson")
                        + DEPENDENCY.formatted("org.openjdk.jmh", "jmh-core", "jmh")
                        + pom.substring(pom.indexOf(END)));
        Process maven = new ProcessBuilder(
                        System.getProperty("os.name").startsWith("Windows") ? "mvnw.cmd" : "./mvnw",
                        "-B",
                        "-ntp",
                        "-f",
                        "target/gpl/pom.xml",
                        "-P",
                        "bom,cuda", // without the engine
                        "cyclonedx:makeBom@artifacts",
                        "exec:java@contents")
                .redirectErrorStream(true)
                .start();
        String said = new String(maven.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(maven.waitFor()).as(said).isNotZero();
        assertThat(said)
                .contains(
                        "pkg:maven/org.openjdk.jmh/jmh-core@1.37?type=jar 1.37 is under GNU General Public License (GPL), version 2");
    }

    private static Set<Map.Entry<String, String>> less(Map<String, String> one, Map<String, String> other) {
        Set<Map.Entry<String, String>> less = new HashSet<>(one.entrySet());
        less.removeAll(other.entrySet());
        return less;
    }

    private static Map<String, String> foreign(Path jar) throws Exception {
        Map<String, String> found = new TreeMap<>();
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                InputStream bytes = zip.getInputStream(entry);
                byte[] first = bytes.readNBytes(4);
                if (!entry.getName().endsWith(".class") && isForeign(first)) {
                    found.put(jar.getFileName() + "!" + entry.getName(), sha256(bytes, first));
                }
            }
        }
        return found;
    }

    /** ELF, Windows, Mach-O of one processor and of several, AIX, archives of objects, fonts. */
    private static boolean isForeign(byte[] first) {
        String start = HexFormat.of().formatHex(first);
        return start.matches(
                "7f454c46|4d5a....|c[ef]faedfe|feedfac[ef]|cafebabe|213c6172|01df....|01f7....|00010000|4f54544f|774f46..");
    }

    private static String sha256(InputStream bytes, byte[] first) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (bytes) {
            if (first != null) {
                digest.update(first);
            }
            byte[] block = new byte[1 << 20];
            for (int read; (read = bytes.read(block)) > 0; ) {
                digest.update(block, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
