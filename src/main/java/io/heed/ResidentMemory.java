package io.heed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Measures the memory of the process, including the engine's. */
public final class ResidentMemory {

    private static final Path STATUS = Path.of("/proc/self/status");

    private ResidentMemory() {}

    /** The resident memory in bytes, if the system reports it. */
    public static OptionalLong bytes() {
        if (Files.isReadable(STATUS)) {
            try {
                for (String line : Files.readAllLines(STATUS)) {
                    if (line.startsWith("VmRSS:")) {
                        return OptionalLong.of(1024 * Long.parseLong(line.replaceAll("\\D", "")));
                    }
                }
            } catch (IOException e) {
                return OptionalLong.empty(); // unknown
            }
        }
        return OptionalLong.empty();
    }
}
