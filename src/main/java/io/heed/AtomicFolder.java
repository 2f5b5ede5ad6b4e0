package io.heed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;

/** Makes folders that are whole or not there, whatever happens in between. */
public final class AtomicFolder {

    private AtomicFolder() {}

    /**
     * Makes a folder under a new, temporary name beside its place, fills it and renames it. The next folder or file that is made there
     * removes what a killed program left.
     *
     * @param folder has to be missing or empty; folders above it are made
     * @param content fills the folder it is given, and flushes it to the disk
     * @throws HeedException if the folder cannot be made or is there, the disk is full, or {@code content} does; nothing is left then
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
