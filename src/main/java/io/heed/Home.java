package io.heed;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds Heed's own files from any directory. */
public final class Home {

    private static final String SET = "heed.home";

    /** Without a launcher. */
    private static final class Unpacked {
        static final Path FOLDER = ShippedFiles.folder(Home.class.getClassLoader(), UserFolders.cache())
                .orElse(Path.of(""));
    }

    private Home() {}

    /**
     * Returns Heed's folder: the one that the launcher set, or else the one to which what comes with Heed was unpacked, where a jar has
     * that, or else the current directory.
     */
    public static Path folder() {
        String set = System.getProperty(SET);
        return set == null ? Unpacked.FOLDER : Path.of(set);
    }

    /** Returns the folder of that name in Heed's folder, or in the current directory where Heed is installed read-only or as jars. */
    public static Path writable(String name) {
        Path own = Path.of(System.getProperty(SET, "")).resolve(name);
        return Files.isWritable(own) ? own : Path.of(name);
    }

    /** Returns the path itself if it exists, or else the file or folder of that name in Heed's folder, if there is one. */
    public static Path find(Path path) {
        if (Files.exists(path)) {
            return path;
        }
        Path own = folder().resolve(path);
        return Files.exists(own) ? own : path;
    }
}
