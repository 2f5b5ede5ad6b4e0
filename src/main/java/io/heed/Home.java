package io.heed;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds Heed's own files from any directory. */
public final class Home {

    private Home() {}

    /** Returns Heed's folder, as set by the launcher, or else the current directory. */
    public static Path folder() {
        return Path.of(System.getProperty("heed.home", ""));
    }

    /** Returns the folder of that name in Heed's folder, or in the current directory where Heed is installed read-only. */
    public static Path writable(String name) {
        Path own = folder().resolve(name);
        return Files.isWritable(own) ? own : Path.of(name);
    }

    /** Returns the path itself if it exists, or else the file or folder of that name in Heed's folder, if there is one. */
    public static Path find(Path path) {
        Path own = folder().resolve(path);
        return !Files.exists(path) && Files.exists(own) ? own : path;
    }
}
