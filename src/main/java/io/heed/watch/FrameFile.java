package io.heed.watch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.heed.AtomicFile;
import io.heed.Folders;
import io.heed.HeedException;
import io.heed.Json;
import io.heed.run.RunChange;
import io.heed.run.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** The file in which a run's events are kept, {@code training/frames.jsonl}: one JSON object a line, in order. */
public final class FrameFile {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path file;

    /** The file of a run, which may not exist. */
    public FrameFile(Path run) {
        file = run.resolve(RunFolder.FRAMES);
    }

    /** Where it is. */
    public Path path() {
        return file;
    }

    /** Deletes it, for a new run. */
    void delete() {
        Folders.deleteFile(file);
    }

    /** Returns all of it. */
    byte[] bytes() {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private HeedException unreadable(IOException e) {
        return new HeedException("cannot read %s: %s".formatted(file, e.getMessage()), e);
    }

    /**
     * Returns its lines; none if it does not exist. A last line without its end, of a run that writes it now or was killed, is left out.
     *
     * @throws HeedException if it cannot be read
     */
    public List<String> lines() {
        try {
            String all = Files.readString(file, ISO_8859_1); // whatever a damaged line may hold
            return all.substring(0, all.lastIndexOf('\n') + 1).lines().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /**
     * Removes what happened after a step, the end of the run, and changes that its state does not have: the run goes on from there.
     * Returns the lines that stay.
     */
    List<String> resume(int step, List<RunChange> changes) {
        List<String> stay = lines().stream()
                .filter(line -> holds(parse(line), step, changes))
                .toList();
        AtomicFile.fill(file, out -> {
            for (String line : stay) {
                out.write((line + "\n").getBytes(US_ASCII));
            }
        });
        return stay;
    }

    private static boolean holds(JsonNode event, int step, List<RunChange> changes) {
        int at = event.path("step").asInt(Integer.MAX_VALUE);
        return at <= step
                && switch (event.path("type").asString("")) {
                    case "ended" -> false;
                    case "changed" ->
                        changes.stream()
                                .anyMatch(change -> change.step() == at
                                        && change.to() == event.path("to").asDouble(Double.NaN));
                    default -> true;
                };
    }

    /** Reads a line; a missing node if it is damaged. */
    static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (JacksonException e) {
            return MissingNode.getInstance();
        }
    }

    /**
     * Adds an event.
     *
     * @return the line
     * @throws IOException if it cannot be written
     */
    String add(RunEvent event) throws IOException {
        String line = Json.ascii(event);
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                line + "\n",
                US_ASCII,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND);
        return line;
    }

    /** Whether a run has one. */
    public static boolean isIn(Path run) {
        try (Stream<String> lines = Files.lines(run.resolve(RunFolder.FRAMES), ISO_8859_1)) {
            return lines.findFirst().isPresent();
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }
}
