package io.heed.cli.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** The file in which the lines of a session are remembered: for their writer's eyes alone. */
final class InputHistory {

    private InputHistory() {}

    /** Returns the file, in the folder of the XDG base directories; null where it cannot be had. */
    static @Nullable Path file() {
        String state = System.getenv("XDG_STATE_HOME");
        return in(
                state == null || state.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".local", "state", "heed")
                        : Path.of(state, "heed"));
    }

    /** Returns the file of a folder, both made where they are not there; null where it cannot be had. */
    static @Nullable Path in(Path folder) {
        try {
            allowOwnerOnly(Files.createDirectories(folder), "rwx------");
            Path file = folder.resolve("history");
            if (!Files.exists(file)) {
                Files.createFile(file);
            }
            allowOwnerOnly(file, "rw-------");
            return Files.isRegularFile(file) && Files.isWritable(file) ? file : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static void allowOwnerOnly(Path path, String permissions) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (view != null) { // not on Windows, where a person's folder is theirs
            view.setPermissions(PosixFilePermissions.fromString(permissions));
        }
    }
}
