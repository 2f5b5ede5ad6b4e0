package io.heed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;

/** Creates folders atomically: even after a crash, a folder is complete or does not exist. */
public final class AtomicFolder {

    private AtomicFolder() {}

    /**
     * Creates a folder under a temporary name beside its place, fills it and renames it. Creating the next folder or
     * file there deletes what a killed program left.
     *
     * @param folder must be missing or empty; its parents are created
     * @param content fills the given folder and flushes it to disk
     * @throws HeedException if the folder exists or cannot be created, the disk is full, or {@code content} fails;
     *     nothing is left then
     */
    public static void create(Path folder, Consumer<Path> content) {
        try {
            Path parent = Objects.requireNonNull(folder.toAbsolutePath().getParent(), "the root is there");
            Files.createDirectories(parent);
            try (TemporaryFile temporary = TemporaryFile.in(parent)) {
                content.accept(Files.createDirectory(temporary.folder()));
                temporary.moveFolder(folder);
            }
            AtomicFile.flush(parent);
        } catch (IOException e) {
            throw AtomicFile.unwritable(folder, e);
        }
    }
}
