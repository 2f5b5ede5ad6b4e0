package io.heed.bom;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** .mvn/checksums/checksums.sha256, to which .ci/checksums holds what Maven reads. */
class ChecksumsIT {

    private static final String CHANGED = "org/snakeyaml/snakeyaml-engine/%1$s/snakeyaml-engine-%1$s.jar";

    @Test
    void lists_every_jar_that_ships() throws Exception {
        Map<String, String> listed = new HashMap<>();
        for (String line : Files.readAllLines(Path.of(".mvn/checksums/checksums.sha256"))) {
            listed.put(line.substring(line.lastIndexOf('/') + 1), line.substring(0, 64));
        }
        try (DirectoryStream<Path> lib = Files.newDirectoryStream(Path.of("target/lib"))) {
            for (Path jar : lib) {
                byte[] sum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar));
                assertThat(listed.get(jar.getFileName().toString()))
                        .as("the sum of %s in .mvn/checksums; .ci/checksums writes them anew", jar.getFileName())
                        .isEqualTo(HexFormat.of().formatHex(sum));
            }
        }
    }

    @Test
    void a_changed_jar_fails_the_build() throws Exception {
        Path repository = Path.of(System.getProperty("repository"));
        String jar = CHANGED.formatted(System.getProperty("snakeyaml"));
        Path changed = Path.of("target/changed").toAbsolutePath();
        Files.createDirectories(changed.resolve(jar).getParent());
        Files.write(changed.resolve(jar), Files.readAllBytes(repository.resolve(jar)));
        Files.writeString(changed.resolve(jar), "x", StandardOpenOption.APPEND);

        assertThat(resolved(changed, repository, checks()))
                .contains("snakeyaml-engine:jar:" + System.getProperty("snakeyaml") + " trusted checksum mismatch");
    }

    private static String checks() throws Exception {
        Process script = new ProcessBuilder(".ci/checksums", "--check").start();
        return new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    /** What Maven says when it reads Heed's dependencies from a repository that has the changed jar alone, and the user's. */
    private static String resolved(Path changed, Path repository, String arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        "./mvnw",
                        "-o",
                        "-B",
                        "-ntp",
                        "-q",
                        "dependency:resolve",
                        "-Dmaven.repo.local=" + changed,
                        "-Dmaven.repo.local.tail=" + repository)
                .redirectErrorStream(true);
        builder.environment().put("MAVEN_ARGS", arguments);
        Process maven = builder.start();
        return new String(maven.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }
}
