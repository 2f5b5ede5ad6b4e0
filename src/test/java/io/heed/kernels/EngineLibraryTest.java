package io.heed.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.LibUtils;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineLibraryTest {

    private static final String CACHE = "ENGINE_CACHE_DIR";

    @TempDir
    private Path folder;

    @BeforeEach
    void load() {
        assumeThat(System.getenv()).as("the engine's place is given").doesNotContainKeys("PYTORCH_LIBRARY_PATH", CACHE);
        Engine.getEngine("PyTorch");
    }

    @Test
    void what_is_to_be_unpacked_is_as_large_as_what_was() throws IOException {
        EngineLibrary.Packed packed;
        System.setProperty(CACHE, folder.toString());
        try {
            packed = EngineLibrary.packed().orElseThrow();
        } finally {
            System.clearProperty(CACHE);
        }
        try (Stream<Path> files = Files.list(Path.of(LibUtils.getLibtorchPath()))) {
            assertThat(packed.bytes())
                    .isEqualTo(files.filter(file -> !file.toString().contains("djl_torch"))
                            .map(Path::toFile)
                            .mapToLong(File::length)
                            .sum());
        }
        assertThat(EngineLibrary.packed()).as("in its usual place").isEmpty();
    }

    @Test
    void what_was_unpacked_so_far_is_in_temporary_folders() throws IOException {
        EngineLibrary.Packed packed =
                new EngineLibrary.Packed(folder.resolve("pytorch"), folder.resolve("pytorch/2.7.1"), 100);
        assertThat(packed.unpacked()).isZero();
        Files.writeString(
                Files.createDirectories(folder.resolve("pytorch/tmp17")).resolve("libtorch_cpu.so"), "seven b");
        Files.writeString(
                Files.createDirectories(folder.resolve("pytorch/2.7.0")).resolve("libtorch_cpu.so"), "other");
        assertThat(packed.unpacked()).isEqualTo(7);
        Files.move(folder.resolve("pytorch/tmp17"), folder.resolve("pytorch/2.7.1"));
        assertThat(packed.unpacked()).isEqualTo(100);
    }

    /** A program that loads the library as soon as it is told to. */
    static final class Loading {
        public static void main(String[] arguments) throws IOException {
            System.out.println("ready");
            if (System.in.read() == '\n') {
                EngineLibrary.load();
                System.out.println(LibUtils.getLibtorchPath());
            }
        }
    }

    private Process loading(String name) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dai.djl.offline=true",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=info", // DJL names each file that it extracts
                        "-cp",
                        System.getProperty("java.class.path"),
                        Loading.class.getName())
                .redirectError(folder.resolve(name + ".err").toFile());
        builder.environment().put(CACHE, folder.resolve("cache").toString());
        return builder.start();
    }

    @Test
    void of_two_programs_that_start_at_once_one_unpacks_and_the_other_waits() throws Exception {
        List<Process> both = List.of(loading("one"), loading("two"));
        try {
            for (Process program : both) {
                assertThat(program.inputReader().readLine()).isEqualTo("ready");
            }
            for (Process program : both) {
                program.outputWriter().write("\n");
                program.outputWriter().flush();
            }
            for (Process program : both) {
                assertThat(program.inputReader().readLine())
                        .startsWith(folder.resolve("cache").toString());
                assertThat(program.waitFor()).isZero();
            }
        } finally {
            both.forEach(Process::destroyForcibly);
        }
        String said = Files.readString(folder.resolve("one.err")) + Files.readString(folder.resolve("two.err"));
        assertThat(said.lines().filter(line -> line.contains("Extracting") && line.contains("torch_cpu")))
                .hasSize(1);
    }

    @Test
    void other_failures_are_not_of_unpacking() {
        assertThat(EngineLibrary.unpackingFailure(new IllegalStateException(new IOException("disk full"))))
                .isEmpty();
    }
}
