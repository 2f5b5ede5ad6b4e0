package io.heed.spark.cluster;

import io.heed.HeedException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The jars that executors need: Heed's and those of its libraries that compute or read files, not those that draw, serve or talk. */
public final class ExecutorJars {

    private static final Pattern LEFT_OUT = Pattern.compile(
            "(javalin|jetty|jakarta|kotlin|annotations-|pdfbox|fontbox|jline|prometheus|slf4j|logback|commons-logging).*");

    private ExecutorJars() {}

    /**
     * Returns the jars beside the one that this class is in, as URIs; empty if the class is in none, as in a test.
     *
     * @throws HeedException if jars are missing there
     */
    public static List<String> needed() {
        Path own = own();
        if (!Files.isRegularFile(own)) {
            return List.of();
        }
        Path folder = own.resolveSibling("lib");
        Path heed = own.resolveSibling("heed.jar");
        if (!Files.isRegularFile(heed) || !Files.isDirectory(folder)) {
            throw new HeedException("%s needs heed.jar and lib beside it; build them with ./mvnw -P spark -DskipTests package"
                    .formatted(own));
        }
        try (Stream<Path> files = Files.list(folder)) {
            return Stream.concat(
                            Stream.of(own, heed),
                            files.filter(file -> file.toString().endsWith(".jar"))
                                    .filter(file -> !LEFT_OUT
                                            .matcher(file.getFileName().toString())
                                            .matches())
                                    .sorted())
                    .map(file -> file.toUri().toString())
                    .toList();
        } catch (IOException e) {
            throw new HeedException("cannot read %s: %s".formatted(folder, e.getMessage()), e);
        }
    }

    private static Path own() {
        try {
            return Path.of(ExecutorJars.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
