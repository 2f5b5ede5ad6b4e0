package io.heed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** How much memory the process has, the engine's part included. */
public final class ResidentMemory {

    private static final Path STATUS = Path.of("/proc/self/status");

    private ResidentMemory() {}

    /** The resident memory in bytes, where the system tells it. */
    public static OptionalLong bytes() {
        if (Files.isReadable(STATUS)) {
            try {
                for (String line : Files.readAllLines(STATUS)) {
                    if (line.startsWith("VmRSS:")) {
                        return OptionalLong.of(1024 * Long.parseLong(line.replaceAll("\\D", "")));
                    }
                }
            } catch (IOException e) {
                return OptionalLong.empty(); // then it is not told
            }
        }
        return OptionalLong.empty();
    }
}
