package io.heed.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heed.AtomicFile;
import io.heed.Folders;
import io.heed.Json;
import io.heed.SmallFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where the page of a run is while a program trains and shows it, as {@code training/watch.json} in the run's folder says. A killed program
 * leaves the file.
 *
 * @param address the address of the page, on this machine
 * @param process the number of the program's process
 */
public record PageAddress(String address, long process) {

    private static final String NAME = "training/watch.json";

    /** The folder may be anybody's, so no other address is taken from it. */
    private static final String ON_THIS_MACHINE = "http://127\\.0\\.0\\.1:\\d{1,5}/";

    /** Returns the address of this program's page. */
    public static PageAddress of(String address) {
        return new PageAddress(address, ProcessHandle.current().pid());
    }

    /** Reads the address in the folder of a run; empty if there is none. */
    public static Optional<PageAddress> in(Path run) {
        try {
            JsonNode read = JsonMapper.shared().readTree(new String(SmallFile.read(run.resolve(NAME)), UTF_8));
            String address = read.path("address").asString("");
            return address.matches(ON_THIS_MACHINE)
                    ? Optional.of(new PageAddress(address, read.path("process").asLong(0)))
                    : Optional.empty();
        } catch (IOException | JacksonException e) {
            return Optional.empty();
        }
    }

    /** Writes it to the folder of a run. */
    public void write(Path run) {
        AtomicFile.writeText(run.resolve(NAME), Json.line(this) + "\n");
    }

    /** Removes it from the folder of a run, unless another has taken its place. */
    public void remove(Path run) {
        if (in(run).equals(Optional.of(this))) {
            Folders.deleteFile(run.resolve(NAME));
        }
    }
}
