package io.heed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.heed.Folders;
import io.heed.checkpoint.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An import that is killed at any instant has made a whole model, or none, and can be asked for again. */
class KilledImportTest {

    private static final int KILLS = 5;

    private static final Path FROM = Path.of("src/test/resources/fixtures/gpt2");

    @TempDir
    private Path models;

    private boolean hasBegun() throws IOException {
        try (Stream<Path> all = Files.list(models)) {
            return all.findAny().isPresent();
        }
    }

    private Process begin() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Dai.djl.offline=true",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Heed.class.getName(),
                        "import",
                        FROM.toString(),
                        "--as",
                        "mine",
                        "--models",
                        models.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private void killOnceItWrites(Process program, int milliseconds) throws IOException, InterruptedException {
        while (program.isAlive() && !hasBegun()) {
            Thread.sleep(1);
        }
        Thread.sleep(milliseconds);
        program.destroyForcibly();
        assertThat(program.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void a_killed_import_can_be_asked_for_again() throws Exception {
        Random random = new Random(3);
        Path mine = models.resolve("mine");
        for (int kill = 0; kill < KILLS; kill++) {
            killOnceItWrites(begin(), kill == 0 ? 0 : random.nextInt(40));
            if (!Files.exists(mine)) {
                Process again = begin();
                assertThat(again.waitFor(5, TimeUnit.MINUTES)).isTrue();
                assertThat(again.exitValue()).as("kill %d", kill).isZero();
                assertThat(models).isDirectoryNotContaining(path -> !path.equals(mine));
            }
            ModelFolder.read(mine, Device.cpu()).close();
            Folders.delete(models);
            Files.createDirectory(models);
        }
    }
}
