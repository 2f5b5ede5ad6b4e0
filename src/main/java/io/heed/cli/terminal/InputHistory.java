package io.heed.cli.terminal;

import io.heed.UserFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** The history of interactive sessions: a file that only its owner can read. */
final class InputHistory {

    private InputHistory() {}

    /** Returns the file, in the folder of the XDG base directories, or null if it cannot be created. */
    static @Nullable Path file() {
        return in(UserFolders.state());
    }

    /** Returns the file in a folder, creating both if needed, or null if that fails. */
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
        if (view != null) { // not on Windows, where home folders are private
            view.setPermissions(PosixFilePermissions.fromString(permissions));
        }
    }
}
