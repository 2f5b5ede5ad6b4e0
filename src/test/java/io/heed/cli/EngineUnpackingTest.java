package io.heed.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program whose engine is not unpacked yet, and cannot be: where the folder for it is wanted, there is a file. */
class EngineUnpackingTest {

    @TempDir
    private Path folder;

    private Path cache;

    @BeforeEach
    void prepare() {
        cache = folder.resolve("cache");
    }

    private int heed(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dai.djl.offline=true",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                System.getProperty("java.class.path"),
                Heed.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().remove("ENGINE_CACHE_DIR");
        builder.environment().put("DJL_CACHE_DIR", cache.toString());
        Process program = builder.start();
        assertThat(program.waitFor(5, TimeUnit.MINUTES)).isTrue();
        return program.exitValue();
    }

    @Test
    void why_it_cannot_be_unpacked_is_told_in_one_sentence_with_the_way_out() throws Exception {
        assumeThat(System.getenv()).as("the engine's place is given").doesNotContainKey("PYTORCH_LIBRARY_PATH");
        Files.createFile(cache);
        assertThat(heed("predict", "models/toy", "the", "--json")).isEqualTo(1);
        assertThat(Files.readAllLines(folder.resolve("err")))
                .satisfiesExactly(
                        begun -> assertThat(begun)
                                .isEqualTo("heed: unpacking the PyTorch engine, once, to " + cache.resolve("pytorch")),
                        failed -> assertThat(failed)
                                .startsWith("heed: the engine cannot be unpacked to " + cache + ": ")
                                .endsWith("; make room for 500 MB, or let DJL_CACHE_DIR name another folder"));
        assertThat(folder.resolve("out")).isEmptyFile();
    }

    @Test
    void help_and_commands_that_do_not_compute_need_no_engine() throws Exception {
        Files.createFile(cache);
        assertThat(heed("predict", "--help")).isZero();
        assertThat(folder.resolve("err")).isEmptyFile();
        assertThat(heed("config", "training.steps")).isZero();
        assertThat(folder.resolve("err")).isEmptyFile();
    }
}
