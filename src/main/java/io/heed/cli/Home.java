package io.heed.cli;

import io.heed.text.TextFiles;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folder Heed stands in, so that its own files are found from any directory. */
final class Home {

    private Home() {}

    /** Returns Heed's folder: the launcher says which it is; else this directory. */
    static Path folder() {
        return Path.of(System.getProperty("heed.home", ""));
    }

    /** Returns the path itself where it exists, else the file or folder of that name that came with Heed, where there is one. */
    static Path find(Path path) {
        Path own = folder().resolve(path);
        return !Files.exists(path) && Files.exists(own) ? own : path;
    }

    /** Does the same for the name of texts: of a file, of a folder, or a pattern. */
    static String find(String texts) {
        String own = folder().resolve(".").toString().replaceFirst("\\.$", "") + texts;
        return !TextFiles.any(texts) && TextFiles.any(own) ? own : texts;
    }
}
