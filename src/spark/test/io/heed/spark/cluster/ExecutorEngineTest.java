package io.heed.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.HeedException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutorEngineTest {

    @TempDir
    private Path folder;

    /** A program that prints why the engine cannot be loaded. */
    static final class Loading {
        public static void main(String[] arguments) {
            try {
                ExecutorEngine.ensure();
            } catch (HeedException e) {
                System.out.print(e.getMessage());
            }
        }
    }

    private String said(List<String> jars) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dai.djl.offline=true",
                "-cp",
                String.join(File.pathSeparator, jars),
                Loading.class.getName());
        builder.environment().put("ENGINE_CACHE_DIR", folder.toString());
        builder.environment().remove("PYTORCH_LIBRARY_PATH");
        builder.redirectError(ProcessBuilder.Redirect.DISCARD); // a full pipe would stop it
        return new String(builder.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void without_the_jar_of_its_platform_the_host_names_that_jar_and_the_way_out() throws IOException {
        List<String> jars = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(jar -> !jar.contains("pytorch-native-cpu"))
                .collect(Collectors.toList());
        assertThat(said(jars))
                .matches(
                        "\\S+ has no PyTorch for its platform: give pytorch-native-cpu-[0-9.]+-(linux|osx|win)-\\w+\\.jar to --jars of"
                                + " spark-submit, or name a folder with PyTorch there by spark\\.executorEnv\\.PYTORCH_LIBRARY_PATH");
    }
}
