package io.heed;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.CRC32;

/**
 * The configurations, texts and models that come with Heed, where it is started from Maven artifacts alone: a jar on the class path has
 * them, and they are unpacked once into the user's cache.
 */
final class ShippedFiles {

    /** In the jar, and which file of it tells that the jar is there. */
    private static final String ROOT = "heed-files/";

    private static final String SOME = ROOT + "configs/toy.yaml";

    private ShippedFiles() {}

    /**
     * Returns the folder that has them, or nothing where no jar does.
     *
     * @param loader finds the jar
     * @param cache where they are, or are unpacked to: in a folder of their own, named by their content
     * @throws HeedException if they cannot be unpacked
     */
    static Optional<Path> folder(ClassLoader loader, Path cache) {
        URL some = loader.getResource(SOME);
        if (some == null) {
            return Optional.empty();
        }
        try {
            if (!(some.openConnection() instanceof JarURLConnection connection)) {
                return Optional.empty();
            }
            connection.setUseCaches(false);
            try (JarFile jar = connection.getJarFile()) {
                List<JarEntry> files = Collections.list(jar.entries()).stream()
                        .filter(entry -> entry.getName().startsWith(ROOT) && !entry.isDirectory())
                        .toList();
                Path folder = cache.resolve("files-" + content(files));
                if (!Files.isDirectory(folder)) {
                    unpack(jar, files, folder);
                }
                return Optional.of(folder);
            }
        } catch (IOException e) {
            throw new HeedException("cannot read what comes with Heed from %s: %s".formatted(some, e.getMessage()), e);
        }
    }

    private static String content(List<JarEntry> files) {
        CRC32 sum = new CRC32();
        for (JarEntry file : files) {
            sum.update(file.getName().getBytes(StandardCharsets.UTF_8));
            sum.update(ByteBuffer.allocate(Long.BYTES).putLong(file.getCrc()).flip());
        }
        return "%08x".formatted(sum.getValue());
    }

    private static void unpack(JarFile jar, List<JarEntry> files, Path folder) {
        try {
            AtomicFolder.create(folder, into -> {
                try {
                    for (JarEntry file : files) {
                        Path target = into.resolve(file.getName().substring(ROOT.length()));
                        Files.createDirectories(target.getParent());
                        try (InputStream bytes = jar.getInputStream(file)) {
                            Files.copy(bytes, target);
                        }
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (HeedException | UncheckedIOException e) {
            if (!Files.isDirectory(folder)) { // else another process was quicker
                throw new HeedException(
                        "cannot unpack what comes with Heed to %s: %s; let XDG_CACHE_HOME name a folder that can be written to"
                                .formatted(folder, e.getMessage()),
                        e);
            }
        }
    }
}
