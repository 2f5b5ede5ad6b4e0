package io.heed;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Finds Heed's own files from any directory. */
public final class Home {

    private static final String SET = "heed.home";

    /** Heed's folder without a launcher, once it is known. */
    private static final AtomicReference<@Nullable Path> UNPACKED = new AtomicReference<>();

    private Home() {}

    /**
     * Returns Heed's folder: the one that the launcher set; or the one to which the files shipped with Heed were unpacked, where a jar
     * has them; or the current directory.
     *
     * @throws HeedException if they cannot be unpacked
     */
    public static Path folder() {
        String set = System.getProperty(SET);
        if (set != null) {
            return Path.of(set);
        }
        Path known = UNPACKED.get();
        if (known == null) {
            known = ShippedFiles.folder(Home.class.getClassLoader(), UserFolders.data())
                    .orElse(Path.of(""));
            UNPACKED.set(known);
        }
        return known;
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
