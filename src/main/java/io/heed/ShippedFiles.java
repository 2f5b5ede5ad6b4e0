package io.heed;

import java.io.IOException;
import java.io.InputStream;
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
 * The configurations, texts and models shipped with Heed, where it is started from Maven artifacts alone: a jar on the class path has
 * them, and they are unpacked to the user's files.
 */
final class ShippedFiles {

    /** In the jar, and which file of it tells that the jar is there. */
    private static final String ROOT = "heed-files/";

    private static final String SOME = ROOT + "configs/toy.yaml";

    private ShippedFiles() {}

    /**
     * Returns the folder that has them, or nothing where no jar does. A file that is missing there is unpacked.
     *
     * @param loader finds the jar
     * @param data where the folder is or is made, named by the content of its files
     * @throws HeedException if they cannot be unpacked
     */
    static Optional<Path> folder(ClassLoader loader, Path data) {
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
                Path folder = data.resolve("files-" + content(files));
                for (JarEntry file : files) {
                    unpack(jar, file, folder.resolve(file.getName().substring(ROOT.length())));
                }
                return Optional.of(folder);
            }
        } catch (IOException e) {
            throw new HeedException("cannot read the files shipped with Heed: %s".formatted(AtomicFile.reason(e)), e);
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

    /** Each file appears whole, or not at all. */
    private static void unpack(JarFile jar, JarEntry file, Path target) {
        if (Files.exists(target)) {
            return;
        }
        try {
            AtomicFile.write(target, out -> {
                try (InputStream bytes = jar.getInputStream(file)) {
                    bytes.transferTo(out);
                }
            });
        } catch (HeedException e) {
            String why = e.getCause() instanceof IOException cause ? AtomicFile.reason(cause) : e.getMessage();
            throw new HeedException(
                    "cannot unpack the files shipped with Heed to %s: %s; let XDG_DATA_HOME name a folder that can be written"
                            .formatted(target, why),
                    e);
        }
    }
}
