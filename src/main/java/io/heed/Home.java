package io.heed;

import java.nio.file.Files;
import java.nio.file.Path;

/** The folder Heed stands in, so that its own files are found from any directory. */
public final class Home {

    private Home() {}

    /** Returns Heed's folder: the launcher says which it is; else this directory. */
    public static Path folder() {
        return Path.of(System.getProperty("heed.home", ""));
    }

    /** Returns the path itself where it exists, else the file or folder of that name that came with Heed, where there is one. */
    public static Path find(Path path) {
        Path own = folder().resolve(path);
        return !Files.exists(path) && Files.exists(own) ? own : path;
    }
}
