package io.heed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Files and whole folders that go. */
public final class Folders {

    private Folders() {}

    /**
     * Deletes a folder and all that is in it, where it is there.
     *
     * @throws HeedException if something of it cannot be deleted
     */
    public static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException | UncheckedIOException e) { // the walk throws the latter
            throw new HeedException("cannot delete %s: %s".formatted(folder, e.getMessage()), e);
        }
    }

    /**
     * Deletes a file, where it is there.
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
