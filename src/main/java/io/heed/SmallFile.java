package io.heed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads files that are always small, such as configurations. A large file is refused without reading it whole. */
public final class SmallFile {

    /** The largest size in bytes: the longest published tokenizer_config.json has a little over 1 MiB. */
    public static final int LIMIT = 2 << 20;

    private SmallFile() {}

    /**
     * Reads a file.
     *
     * @throws HeedException if it has more than {@value #LIMIT} bytes
     */
    public static byte[] read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LIMIT + 1);
            if (bytes.length > LIMIT) {
                throw new HeedException("%s has more than %d MiB, which no file of its kind has; name another file"
                        .formatted(file, LIMIT >> 20));
            }
            return bytes;
        }
    }
}
