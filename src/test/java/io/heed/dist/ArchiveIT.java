package io.heed.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The archive as a stranger's machine sees it: unpacked read-only in a folder with a space in its name, without Java, network, home or any
 * variable of the environment but a PATH of the few tools that the launcher calls. Run by root, it also is another user's.
 */
@DisabledOnOs(OS.WINDOWS)
class ArchiveIT {

    /** What a launcher may expect of a system. */
    private static final List<String> TOOLS =
            List.of("cksum", "cut", "dirname", "find", "head", "mkdir", "mv", "readlink", "rm", "sed", "sh", "sleep");

    private static final String NOBODY = "65534";

    @TempDir
    private static Path place;

    private static Path home;
    private static Path tools;

    @TempDir
    private Path work;

    /** How a run ended. */
    private record Ran(int code, String out, String err) {

        Ran succeeds() {
            assertThat(code).as(err).isZero();
            return this;
        }
    }

    @BeforeAll
    static void unpack() throws Exception {
        Path archive = Path.of(System.getProperty("heed.archive")).toAbsolutePath();
        Path folder = Files.createDirectory(place.resolve("a place"));
        assertThat(exec("tar", "xf", archive.toString(), "-C", folder.toString()))
                .isZero();
        try (Stream<Path> only = Files.list(folder)) {
            home = only.findFirst().orElseThrow();
        }
        tools = Files.createDirectory(place.resolve("tools"));
        for (String tool : TOOLS) {
            Files.createSymbolicLink(tools.resolve(tool), installed(tool));
        }
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(exec("chmod", "-R", "a-w", folder.toString())).isZero();
    }

    @AfterAll
    static void allowDeletion() throws Exception {
        exec("chmod", "-R", "u+w", place.toString());
    }

    private static int exec(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    private static Path installed(String tool) {
        return Pattern.compile(File.pathSeparator)
                .splitAsStream(System.getenv("PATH"))
                .map(folder -> Path.of(folder, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError(tool + " is not installed"));
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    /** Starts the program in the folder of this test, where it may write. */
    private ProcessBuilder heed(boolean network, Path launcher, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (OS.LINUX.isCurrentOs() && !network && isolates()) {
            command.addAll(List.of(installed("unshare").toString(), isRoot() ? "--net" : "-rn"));
        }
        if (OS.LINUX.isCurrentOs() && isRoot()) {
            command.addAll(List.of(
                    installed("setpriv").toString(), "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
        }
        command.add(launcher.toString());
        command.addAll(List.of(arguments));
        Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxrwxrwx"));
        ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", tools.toString());
        return builder;
    }

    /** Some containers forbid it; then the test runs with their network. */
    private static boolean isolates() {
        try {
            return exec("unshare", isRoot() ? "--net" : "-rn", "true") == 0;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    private static Ran finish(ProcessBuilder builder, Path logs) throws IOException, InterruptedException {
        Path out = Files.createTempFile(logs, "out", "");
        Path err = Files.createTempFile(logs, "err", "");
        Process process =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
        return new Ran(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private Ran run(String... arguments) throws IOException, InterruptedException {
        return finish(heed(false, home.resolve("bin/heed"), arguments), place);
    }

    @Test
    void it_knows_its_version() throws Exception {
        assertThat(run("--version").succeeds().out()).matches("heed [0-9.]+\n");
        assertThat(home.getFileName().toString())
                .contains(run("--version").out().strip().replace(' ', '-') + "-");
    }

    @Test
    void it_predicts_and_leaves_nothing_behind() throws Exception {
        Ran ran = run("predict", "models/toy", "the cat sat on the").succeeds();
        assertThat(ran.out().lines().findFirst().orElseThrow()).matches(" +mat +0\\.99.*");
        assertThat(ran.err()).isEmpty();
        assertThat(work).isEmptyDirectory();
    }

    @Test
    void a_link_to_it_works_from_anywhere() throws Exception {
        Path link = Files.createSymbolicLink(work.resolve("heed link"), home.resolve("bin/heed"));
        assertThat(finish(heed(false, link, "predict", "models/toy", "the cat"), place)
                        .succeeds()
                        .out())
                .contains("was");
    }

    /** As the pages write it. */
    @Test
    void it_starts_from_its_own_folder_too() throws Exception {
        ProcessBuilder builder = heed(false, Path.of("./heed"), "predict", "models/toy", "the cat");
        assertThat(finish(builder.directory(home.toFile()), place).succeeds().out())
                .contains("was");
    }

    @Test
    void it_finds_a_circuit() throws Exception {
        assertThat(run("circuit", "models/toy", "--resamples", "0").succeeds().out())
                .contains("edges carry the answer");
    }

    @Test
    void it_writes_pages_pictures_and_numbers() throws Exception {
        String formats = Stream.of("html", "pdf", "png", "svg", "npz", "json", "csv", "safetensors")
                .reduce((a, b) -> a + "," + b)
                .orElseThrow();
        run("attention", "models/toy", "the cat sat on the", "--out", "maps", "--format", formats)
                .succeeds();
        Path maps = work.resolve("maps");
        assertThat(maps.resolve("attention.html")).content().contains("</html>");
        assertThat(new String(Files.readAllBytes(maps.resolve("attention.pdf")), StandardCharsets.ISO_8859_1))
                .startsWith("%PDF-")
                .contains("%%EOF");
        assertThat(new String(Files.readAllBytes(maps.resolve("sheet.png")), StandardCharsets.ISO_8859_1))
                .startsWith("\u0089PNG");
        assertThat(maps.resolve("attention.npz")).isNotEmptyFile();
    }

    @Test
    void it_trains_into_the_current_folder_and_reads_what_it_trained() throws Exception {
        run("train", "configs/toy.yaml", "--set", "name=mine", "--set", "training.steps=2")
                .succeeds();
        assertThat(work.resolve("models/mine/model.safetensors")).isNotEmptyFile();
        assertThat(run("predict", "models/mine", "the cat").succeeds().out().lines())
                .hasSize(5);
    }

    @Test
    void where_nothing_can_be_written_training_says_so() throws Exception {
        ProcessBuilder builder =
                heed(false, home.resolve("bin/heed"), "train", "configs/toy.yaml", "--set", "name=mine");
        Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("r-xr-xr-x"));
        Ran ran = finish(builder, place);
        Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err().lines().reduce((first, last) -> last).orElseThrow())
                .startsWith("heed: cannot ")
                .contains("models");
    }

    @Test
    void the_demo_tells_its_whole_story() throws Exception {
        assertThat(run("demo").succeeds().out())
                .contains("5. Look at it", work.resolve("models/demo").toUri().getPath());
        assertThat(work.resolve("models/demo/attention-3/attention.html")).isNotEmptyFile();
    }

    @Test
    void with_a_home_it_keeps_there_what_lets_it_start_sooner() throws Exception {
        ProcessBuilder builder = heed(false, home.resolve("bin/heed"), "predict", "models/toy", "the cat");
        builder.environment().put("HOME", work.toString());
        finish(builder, place).succeeds();
        try (Stream<Path> kept = Files.list(work.resolve(".cache/heed"))) {
            assertThat(kept.map(file -> file.getFileName().toString()))
                    .singleElement()
                    .asString()
                    .matches("classes-.*\\.jsa");
        }
        builder = heed(false, home.resolve("bin/heed"), "predict", "models/toy", "the cat");
        builder.environment().put("HOME", work.toString());
        Ran again = finish(builder, place).succeeds();
        assertThat(again.err()).isEmpty(); // whether it starts sooner: LauncherTest
        assertThat(again.out()).contains("was");
    }

    @Test
    void it_serves() throws Exception {
        Process server = heed(true, home.resolve("bin/heed"), "serve", "models/toy", "--port", "0", "--json")
                .redirectError(place.resolve("serve").toFile())
                .start();
        try (BufferedReader out = server.inputReader()) {
            Matcher address = Pattern.compile("http://[^\"/]+").matcher(String.valueOf(out.readLine()));
            assertThat(address.find())
                    .as(Files.readString(place.resolve("serve")))
                    .isTrue();
            HttpRequest request = HttpRequest.newBuilder(URI.create(address.group() + "/api/predict"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"text\": \"the cat sat on the\", \"top\": 1}"))
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(request, BodyHandlers.ofString())
                            .body())
                    .contains("\"mat\"");
        } finally {
            server.destroy();
            assertThat(server.waitFor(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    @Test
    void spark_needs_a_clone() throws Exception {
        Ran ran = run("spark", "train", "configs/toy.yaml");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).startsWith("heed: spark ").hasLineCount(1);
    }

    @Test
    void every_part_has_its_licence() throws IOException {
        Map<String, String> texts;
        try (Stream<String> lines = Files.lines(home.resolve("THIRD-PARTY.md"))) {
            texts = lines.filter(line -> line.matches("\\| (lib|engine|runtime).*"))
                    .map(line -> Pattern.compile(" *\\| *").splitAsStream(line).toList())
                    .filter(row -> row.size() == 4) // what is inside others has one cell more
                    .collect(Collectors.toMap(row -> row.get(1), row -> row.get(3)));
        }
        assertThat(texts.values())
                .allSatisfy(text -> assertThat(home.resolve(text)).exists());
        try (Stream<Path> jars = Files.list(home.resolve("lib"))) {
            assertThat(jars.map(jar -> "lib/" + jar.getFileName().toString().replaceFirst("-[0-9].*", "")))
                    .allSatisfy(part -> assertThat(texts).containsKey(part));
        }
    }

    @Test
    void its_bill_of_materials_names_every_jar_and_every_native_library() throws Exception {
        Map<String, String> named = new TreeMap<>();
        JsonNode bill = JsonMapper.builder().build().readTree(Files.readString(home.resolve("bom.json")));
        named.put("heed.jar", sha256(bill.at("/metadata/component")));
        for (JsonNode component : bill.path("components")) {
            name(component, named);
            component.path("components").forEach(part -> name(part, named));
        }
        Map<String, String> present = new TreeMap<>();
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] content = Files.readAllBytes(file);
                if (file.toString().endsWith(".jar") || isNative(content)) {
                    byte[] sum = MessageDigest.getInstance("SHA-256").digest(content);
                    present.put(home.relativize(file).toString(), HexFormat.of().formatHex(sum));
                }
            }
        }
        assertThat(present).hasSizeGreaterThan(80);
        assertThat(named).containsAllEntriesOf(present);
        named.keySet().removeIf(path -> path.contains("!"));
        assertThat(named.keySet())
                .allSatisfy(path -> assertThat(home.resolve(path)).exists());
    }

    @Test
    void what_its_pages_link_to_is_there() throws IOException {
        Pattern link = Pattern.compile("\\]\\((?!https?:)([^)#\\s]+)|src=\"(?!https?:)([^\"]+)");
        List<String> broken = new ArrayList<>();
        try (Stream<Path> files = Files.walk(home)) {
            for (Path page :
                    files.filter(file -> file.toString().endsWith(".md")).toList()) {
                Matcher links = link.matcher(Files.readString(page));
                while (links.find()) {
                    String to = links.group(1) == null ? links.group(2) : links.group(1);
                    if (!Files.exists(page.resolveSibling(to))) {
                        broken.add(home.relativize(page) + ": " + to);
                    }
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    private static void name(JsonNode component, Map<String, String> named) {
        for (JsonNode occurrence : component.at("/evidence/occurrences")) {
            named.put(occurrence.path("location").asString(), sha256(component));
        }
    }

    private static String sha256(JsonNode component) {
        return component
                .at("/hashes")
                .valueStream()
                .filter(hash -> hash.path("alg").asString().equals("SHA-256"))
                .map(hash -> hash.path("content").asString())
                .findFirst()
                .orElse("none");
    }

    /** ELF, or Mach-O of 64 bits. */
    private static boolean isNative(byte[] content) {
        return content.length > 4 && HexFormat.of().formatHex(content, 0, 4).matches("7f454c46|cffaedfe");
    }

    /** What no class names, and jdeps does not see, is in the runtime too. */
    @Test
    void the_runtime_has_what_is_found_by_name() throws Exception {
        assumeThat(home.resolve("runtime/release")).exists();
        assertThat(home.resolve("runtime/release"))
                .content()
                .contains("jdk.unsupported", "jdk.zipfs", "java.desktop", "java.logging");
    }
}
