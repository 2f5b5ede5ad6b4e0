package io.heed.bom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An archive of one jar, one native library, and a runtime of one program. */
class ArchiveBillTest {

    @TempDir
    private Path folder;

    private Path archive;

    @BeforeEach
    void make() throws IOException {
        archive = folder.resolve("archive");
        write("engine/here/liba.so", "native");
        write("engine/here/libz.so", "another");
        write("runtime/release", "JAVA_RUNTIME_VERSION=\"17.0.1+2\"\nIMPLEMENTOR=\"Someone\"\n");
        write("runtime/bin/java", "program");
        write("runtime/lib/modules", "classes");
        write("runtime/legal/java.base/LICENSE", "... \"CLASSPATH\" EXCEPTION TO THE GPL ...");
        write("runtime/legal/java.base/asm.md", "## ASM v8.0.1\n\ntext");
        write("heed.jar", "heed");
        jar("a-1.jar");
    }

    private void write(String name, String text) throws IOException {
        Path file = archive.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void jar(String name) throws IOException {
        Path file = archive.resolve("lib").resolve(name);
        Files.createDirectories(file.getParent());
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(file))) {
            out.putNextEntry(new JarEntry("inside/b.so"));
            out.putNextEntry(new JarEntry("shaded/"));
        }
    }

    private static String sum(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String part(String name, String location, String content) throws Exception {
        return """
                {"name": "%s", "hashes": [{"alg": "SHA-256", "content": "%s"}],
                 "evidence": {"occurrences": [{"location": "%s"}]}}""".formatted(name, sum(content), location);
    }

    private JsonNode bill() throws Exception {
        Path bill = Files.writeString(folder.resolve("bom.json"), """
                {"metadata": {"component": {"type": "library", "name": "heed"}},
                 "components": [{"name": "a", "purl": "pkg:maven/g/a@1?type=jar",
                   "hashes": [{"alg": "MD5", "content": "0"}],
                   "components": [%s, %s, %s, %s, %s]}]}
                """.formatted(
                        part("unpacked", "natives/linux/liba.so", "native"),
                        part("unpacked, too", "natives/linux/libz.so", "another"),
                        part("left inside", "inside/b.so", "other"),
                        part("shaded", "shaded/", "none"),
                        part("of another platform", "natives/windows/a.dll", "foreign")));
        ArchiveBill.main(
                new String[] {bill.toString(), archive.resolve("heed.jar").toString(), archive.toString()});
        return JsonMapper.builder().build().readTree(Files.readString(archive.resolve("bom.json")));
    }

    @Test
    void each_part_is_where_the_archive_has_it() throws Exception {
        JsonNode bill = bill();
        JsonNode jar = bill.at("/components/0");
        assertThat(Components.location(jar)).isEqualTo("lib/a-1.jar");
        assertThat(jar.path("hashes").findValuesAsString("alg")).containsExactly("SHA-256");
        assertThat(jar.path("components").findValuesAsString("location"))
                .containsExactly(
                        "engine/here/liba.so", "engine/here/libz.so", "lib/a-1.jar!inside/b.so", "lib/a-1.jar!shaded/");
        assertThat(Components.hash(bill.at("/metadata/component"))).isEqualTo(sum("heed"));
    }

    @Test
    void the_runtime_has_its_vendor_its_files_and_what_it_contains() throws Exception {
        JsonNode runtime = bill().at("/components/1");
        assertThat(runtime.path("version").asString()).isEqualTo("17.0.1+2");
        assertThat(runtime.at("/supplier/name").asString()).isEqualTo("Someone");
        assertThat(runtime.path("components").findValuesAsString("name"))
                .containsExactly("java", "modules", "ASM v8.0.1");
        assertThat(Components.hash(runtime.at("/components/0"))).isEqualTo(sum("program"));
    }

    @Test
    void what_no_jar_explains_is_refused() throws Exception {
        write("engine/here/libb.so", "unknown");
        assertThatThrownBy(this::bill).hasMessageContaining("libb.so").hasMessageContaining("came from no jar");
    }

    /** Even if it has the content of one that is known. */
    @Test
    void each_file_of_the_engine_needs_a_part_of_its_own() throws Exception {
        write("engine/there/liba.so", "native");
        assertThatThrownBy(this::bill).hasMessageContaining("came from no jar");
    }

    @Test
    void a_jar_of_an_earlier_build_is_refused() throws Exception {
        jar("a-0.jar");
        assertThatThrownBy(this::bill).hasMessageContaining("a-0.jar").hasMessageContaining("run ./mvnw clean first");
    }

    @Test
    void a_jdk_that_does_not_say_what_it_is_is_refused() throws Exception {
        write("runtime/release", "JAVA_RUNTIME_VERSION=\"17.0.1+2\"\n");
        assertThatThrownBy(this::bill).hasMessageContaining("IMPLEMENTOR").hasMessageContaining("-Ddist.jdk");
        write("runtime/legal/java.base/LICENSE", "Terms of use");
        assertThatThrownBy(this::bill).hasMessageContaining("may not ship");
    }
}
