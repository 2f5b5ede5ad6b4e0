package io.heed.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher stores of a first run so that later ones start sooner; a program of two small classes stands for Heed. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {

    private static final Path THIS_JDK = Path.of(System.getProperty("java.home"));

    @TempDir
    private Path folder;

    private Path home;

    /** How a run ended. */
    private record Ran(int code, String out, String err, String loaded) {

        void assertSaid(String words) {
            assertThat(err.lines().filter(line -> !line.startsWith("heed: preparing"))) // said where it takes long
                    .isEmpty();
            assertThat(out).isEqualTo(words + "\n");
            assertThat(code).isZero();
        }

        /** Whether the program's class was stored. */
        boolean wasStored() {
            return loaded.lines().anyMatch(line -> line.contains(" greeting.Program source: shared objects file"));
        }
    }

    @BeforeEach
    void install() throws IOException {
        home = Files.createDirectory(folder.resolve("home"));
        Files.copy(Path.of("heed"), home.resolve("heed"), StandardCopyOption.COPY_ATTRIBUTES);
        Path engine = Files.createDirectories(folder.resolve("cache/pytorch/1"));
        Files.createFile(engine.resolve("libdjl_torch.so"));
        build("hello");
    }

    /** Makes the jar of a program that says a word and its arguments. */
    private void build(String word) throws IOException {
        Path sources = Files.createDirectories(folder.resolve("sources"));
        Path classes = Files.createDirectories(folder.resolve("classes"));
        Path program = Files.writeString(sources.resolve("Program.java"), """
                package greeting;
                public class Program {
                    public static void main(String[] arguments) {
                        System.out.println("%s " + String.join(",", arguments));
                    }
                }
                """.formatted(word));
        Path rehearsal = Files.writeString(sources.resolve("Rehearsal.java"), """
                package io.heed.cli;
                class Rehearsal {
                    public static void main(String[] arguments) {
                        greeting.Program.main(arguments);
                    }
                }
                """);
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "--release",
                        "17",
                        "-d",
                        classes.toString(),
                        program.toString(),
                        rehearsal.toString());
        assertThat(failed).isZero();
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "greeting.Program");
        Path target = Files.createDirectories(home.resolve("target"));
        try (OutputStream file = Files.newOutputStream(target.resolve("heed.jar"));
                JarOutputStream jar = new JarOutputStream(file, manifest)) {
            for (String name : List.of("greeting/Program.class", "io/heed/cli/Rehearsal.class")) {
                jar.putNextEntry(new JarEntry(name));
                jar.write(Files.readAllBytes(classes.resolve(name)));
            }
        }
    }

    private Process begin(Path jdk, Path log, String options, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(home.resolve("heed").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(log.resolveSibling(log.getFileName() + ".out").toFile())
                .redirectError(log.resolveSibling(log.getFileName() + ".err").toFile());
        builder.environment()
                .keySet()
                .removeAll(List.of("ENGINE_CACHE_DIR", "PYTORCH_LIBRARY_PATH", "JAVA_TOOL_OPTIONS"));
        builder.environment().put("JAVA_HOME", jdk.toString());
        builder.environment().put("DJL_CACHE_DIR", folder.resolve("cache").toString());
        builder.environment().put("HEED_JAVA_OPTIONS", "-Xlog:class+load:file=" + log + " " + options);
        return builder.start();
    }

    private Ran finish(Process process, Path log) throws IOException, InterruptedException {
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        return new Ran(
                process.exitValue(),
                Files.readString(log.resolveSibling(log.getFileName() + ".out")),
                Files.readString(log.resolveSibling(log.getFileName() + ".err")),
                Files.exists(log) ? Files.readString(log) : "");
    }

    private Ran run(Path jdk, String options, String... arguments) throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        Files.deleteIfExists(log);
        return finish(begin(jdk, log, options, arguments), log);
    }

    private List<Path> stored() throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("target"))) {
            return files.filter(file -> !file.endsWith("heed.jar")).toList();
        }
    }

    /** Sets when a file was written: the launcher compares seconds. */
    private static void age(Path file, Duration age) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    }

    private void assertStores(Path jdk) throws Exception {
        run(jdk, "", "first").assertSaid("hello first");
        Ran second = run(jdk, "", "second");
        second.assertSaid("hello second");
        assertThat(second.wasStored()).isTrue();
        assertThat(stored()).hasSize(1);

        run(jdk, "-XX:-UseSerialGC -XX:+UseParallelGC -Xmx64m", "other options").assertSaid("hello other options");
        run(jdk, "-XX:-UseCompressedOops", "wide").assertSaid("hello wide");

        age(stored().get(0), Duration.ofMinutes(1));
        build("good morning");
        run(jdk, "", "newer").assertSaid("good morning newer");
        assertThat(run(jdk, "", "again").wasStored()).isTrue();
        assertThat(stored()).hasSize(1);

        Path file = stored().get(0);
        byte[] bytes = Files.readAllBytes(file);
        Files.delete(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        run(jdk, "", "half").assertSaid("good morning half");
        Files.writeString(file, "no classes");
        run(jdk, "", "none").assertSaid("good morning none");
    }

    @Test
    void a_later_run_starts_with_the_stored_classes_if_they_are_of_this_jar() throws Exception {
        assertStores(THIS_JDK);
    }

    @Test
    void so_it_does_on_jdk_25() throws Exception {
        Optional<Path> jdk = jdk25();
        assumeThat(jdk)
                .as("a JDK 25 in JAVA_HOME_25_X64, JAVA_HOME_25 or /usr/lib/jvm")
                .isPresent();
        assertStores(jdk.orElseThrow());
        run(THIS_JDK, "", "elsewhere").assertSaid("good morning elsewhere");
        assertThat(run(THIS_JDK, "", "elsewhere").wasStored()).isTrue();
    }

    private static Optional<Path> jdk25() throws IOException {
        List<Path> places = new ArrayList<>();
        Stream.of("JAVA_HOME_25_X64", "JAVA_HOME_25")
                .map(System::getenv)
                .filter(home -> home != null)
                .map(Path::of)
                .forEach(places::add);
        Path usual = Path.of("/usr/lib/jvm");
        if (Files.isDirectory(usual)) {
            try (Stream<Path> all = Files.list(usual)) {
                all.filter(jdk -> jdk.getFileName().toString().contains("25")).forEach(places::add);
            }
        }
        return places.stream()
                .filter(jdk -> Files.isExecutable(jdk.resolve("bin/java")))
                .findFirst();
    }

    @Test
    void what_is_rehearsed_works() {
        for (List<String> command : Rehearsal.commands(folder)) {
            Program.Ran ran = Program.heed(command.toArray(String[]::new));
            assertThat(ran.code()).as("%s: %s", command, ran.err()).isZero();
        }
    }

    @Test
    void nothing_is_stored_before_the_engine_is_unpacked_or_for_an_option_alone() throws Exception {
        run(THIS_JDK, "", "--version").assertSaid("hello --version");
        assertThat(stored()).isEmpty();
        Files.delete(folder.resolve("cache/pytorch/1/libdjl_torch.so"));
        run(THIS_JDK, "", "predict").assertSaid("hello predict");
        assertThat(stored()).isEmpty();
    }

    /** Moves what is installed to where an archive has it, with this JDK as its runtime, and returns the launcher. */
    private Path asArchive() throws IOException {
        Files.createDirectory(home.resolve("bin"));
        Path java = Files.createDirectories(home.resolve("runtime/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\nexec '%s/bin/java' \"$@\"\n".formatted(THIS_JDK));
        assertThat(java.toFile().setExecutable(true)).isTrue();
        Files.move(home.resolve("target/heed.jar"), home.resolve("heed.jar"));
        Files.delete(home.resolve("target"));
        Files.createDirectories(home.resolve("engine/pytorch/1"));
        Files.createFile(home.resolve("engine/pytorch/1/libdjl_torch.so"));
        return Files.move(home.resolve("heed"), home.resolve("bin/heed"));
    }

    private Ran archived(Path launcher, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(folder.resolve("log.out").toFile())
                .redirectError(folder.resolve("log.err").toFile());
        builder.environment().keySet().retainAll(List.of("PATH"));
        builder.environment().put("JAVA_HOME", folder.resolve("no jdk").toString());
        builder.environment().put("HOME", folder.resolve("user").toString());
        return finish(builder.start(), folder.resolve("log"));
    }

    @Test
    void in_an_archive_it_takes_the_runtime_beside_it_through_any_link() throws Exception {
        Path launcher = asArchive();
        Path link = Files.createSymbolicLink(folder.resolve("a link"), launcher);
        archived(link, "first").assertSaid("hello first");
        archived(link, "second").assertSaid("hello second");
        try (Stream<Path> files = Files.list(home)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .filteredOn(name -> name.startsWith("classes-"))
                    .hasSize(1);
        }
        assertThat(folder.resolve("user")).doesNotExist();
    }

    @Test
    void an_archive_that_cannot_be_written_to_stores_in_the_users_cache() throws Exception {
        Path launcher = asArchive();
        assertThat(home.toFile().setWritable(false)).isTrue();
        try {
            assumeThat(Files.isWritable(home))
                    .as("everybody's permissions are ignored, as root's are")
                    .isFalse();
            archived(launcher, "first").assertSaid("hello first");
            assertThat(folder.resolve("user/.cache/heed")).isDirectoryContaining("glob:**.jsa");
        } finally {
            home.toFile().setWritable(true);
        }
    }

    @Test
    void in_an_archive_it_says_where_spark_is() throws Exception {
        Path launcher = asArchive();
        Ran ran = archived(launcher, "spark", "train");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err())
                .startsWith("heed: spark ")
                .contains("./heed spark")
                .hasLineCount(1);
    }

    @Test
    void a_home_with_a_space_in_its_name_works_too() throws Exception {
        home = Files.move(home, folder.resolve("a home"));
        run(THIS_JDK, "", "first").assertSaid("hello first");
        run(THIS_JDK, "", "second").assertSaid("hello second"); // JDK 17 would not find a class there in an archive
        assertThat(stored()).hasSize(1);
    }

    @Test
    void two_first_runs_at_once_both_work_and_store_once() throws Exception {
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        Process first = begin(THIS_JDK, one, "", "one");
        Process second = begin(THIS_JDK, two, "", "two");
        finish(first, one).assertSaid("hello one");
        finish(second, two).assertSaid("hello two");
        assertThat(stored()).hasSize(1);
        assertThat(run(THIS_JDK, "", "three").wasStored()).isTrue();
    }

    @Test
    void what_a_killed_first_run_left_is_in_nobodys_way_and_removed_after_ten_minutes() throws Exception {
        run(THIS_JDK, "", "first").assertSaid("hello first");
        Path file = stored().get(0);
        Files.delete(file);
        Path left = Files.createDirectory(Path.of(file + ".lock"));
        Files.createFile(left.resolve("half.list"));
        run(THIS_JDK, "", "second").assertSaid("hello second");
        assertThat(file).doesNotExist();

        age(left, Duration.ofMinutes(12));
        run(THIS_JDK, "", "third").assertSaid("hello third");
        assertThat(stored()).containsExactly(file);
        assertThat(run(THIS_JDK, "", "fourth").wasStored()).isTrue();
    }

    /** Replaces the jar by a Maven that makes it when it is allowed to, and notes each time that it is asked. */
    private void buildLater() throws IOException {
        Files.move(home.resolve("target/heed.jar"), home.resolve("made.jar"));
        Files.createDirectories(home.resolve("src/main"));
        Files.createFile(home.resolve("pom.xml"));
        Path maven = Files.writeString(home.resolve("mvnw"), """
                #!/bin/sh
                echo asked >> asked
                until [ -e allowed ]; do sleep 0.1; done
                cp made.jar target/heed.jar
                """);
        assertThat(maven.toFile().setExecutable(true)).isTrue();
    }

    private static void await(Path file, String words) throws Exception {
        for (int i = 0;
                i < 600 && !(Files.exists(file) && Files.readString(file).contains(words));
                i++) {
            Thread.sleep(100);
        }
        assertThat(file).content().contains(words);
    }

    @Test
    void of_two_first_runs_one_builds_and_the_other_waits() throws Exception {
        buildLater();
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        Process first = begin(THIS_JDK, one, "", "--one");
        await(home.resolve("asked"), "asked");
        Process second = begin(THIS_JDK, two, "", "--two");
        await(folder.resolve("two.err"), "waiting for another process that builds here");
        Files.createFile(home.resolve("allowed"));
        assertThat(finish(first, one).out()).isEqualTo("hello --one\n");
        assertThat(finish(second, two).out()).isEqualTo("hello --two\n");
        assertThat(home.resolve("asked")).hasContent("asked");
        assertThat(home.resolve("target/build.lock")).doesNotExist();
    }

    @Test
    void a_killed_build_is_begun_again() throws Exception {
        buildLater();
        Path one = folder.resolve("one");
        Process first = begin(THIS_JDK, one, "", "--one");
        await(home.resolve("asked"), "asked");
        List<ProcessHandle> maven = first.descendants().toList();
        first.destroyForcibly().waitFor();
        maven.forEach(ProcessHandle::destroyForcibly);
        assertThat(home.resolve("target/build.lock")).exists();
        Files.createFile(home.resolve("allowed"));
        assertThat(run(THIS_JDK, "", "--two").out()).isEqualTo("hello --two\n");
        assertThat(home.resolve("asked")).hasContent("asked\nasked");
        assertThat(home.resolve("target/build.lock")).doesNotExist();
    }

    @Test
    void a_home_that_cannot_be_written_to_stays_as_it_is() throws Exception {
        Path target = home.resolve("target");
        assertThat(target.toFile().setWritable(false)).isTrue();
        try {
            assumeThat(Files.isWritable(target))
                    .as("everybody's permissions are ignored, as root's are")
                    .isFalse();
            run(THIS_JDK, "", "first").assertSaid("hello first");
            assertThat(stored()).isEmpty();
        } finally {
            target.toFile().setWritable(true);
        }
    }
}
