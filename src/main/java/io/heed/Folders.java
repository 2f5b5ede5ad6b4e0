package io.heed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Deletes files and folders. */
public final class Folders {

    private Folders() {}

    /**
     * Deletes a folder and everything in it, if it exists.
     *
     * @throws HeedException if something in it cannot be deleted
     */
    public static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException | UncheckedIOException e) { // Files.walk throws the latter
            throw new HeedException("cannot delete %s: %s".formatted(folder, e.getMessage()), e);
        }
    }

    /**
     * Deletes a file, if it exists.
     *
     * @throws HeedException if it cannot be deleted
     */
    public static void deleteFile(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new HeedException("cannot delete %s: %s".formatted(file, e.getMessage()), e);
        }
    }
}
