package io.heed.checkpoint;

import io.heed.HeedException;
import io.heed.Home;
import io.heed.text.EditDistance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Says what stands where a model folder was expected, and which one may be meant. */
final class MissingModel {

    private static final String WAY_OUT = "name a model folder, such as models/toy";

    /** The most models that are named. */
    private static final int NAMED = 8;

    private MissingModel() {}

    /** Returns the failure for a path that is no folder. */
    static HeedException at(Path path) {
        if (path.toString().isEmpty()) {
            return new HeedException("\"\" is not a folder; " + WAY_OUT);
        }
        if (Files.exists(path)) {
            return new HeedException("%s is a file, not a folder; %s".formatted(path, WAY_OUT));
        }
        Map<String, Path> models = near(path);
        return new HeedException(EditDistance.closest(String.valueOf(path.getFileName()), models.keySet())
                .map(models::get)
                .map(meant ->
                        meant.equals(path) ? Home.folder().resolve(path) : meant) // one that was not looked for there
                .map(meant -> "%s does not exist; did you mean %s?".formatted(path, meant))
                .orElse("%s does not exist; %s".formatted(path, WAY_OUT)));
    }

    /** Returns the failure for a folder that lacks a file which every model has. */
    static HeedException without(String file, Path folder) {
        List<Path> models = in(folder);
        String named = models.stream().limit(NAMED).map(Path::toString).collect(Collectors.joining(", "));
        String inside = models.isEmpty()
                ? ""
                : models.size() > NAMED
                        ? "; of the %d models in it name one, such as %s".formatted(models.size(), named)
                        : "; the models in it: " + named;
        return new HeedException("%s is not a model folder: it has no %s%s".formatted(folder, file, inside));
    }

    /** The models that stand where a path looks for one, in the current directory and in Heed's folder, by their names. */
    private static Map<String, Path> near(Path path) {
        Path parent = Objects.requireNonNullElse(path.getParent(), Path.of(""));
        Path usual = Path.of("models");
        Map<String, Path> found = new LinkedHashMap<>();
        for (Path place : List.of(parent, usual)) {
            Stream.of(place, Home.folder().resolve(place))
                    .flatMap(folder -> in(folder).stream())
                    .map(Path::getFileName)
                    .forEach(name -> found.putIfAbsent(name.toString(), place.resolve(name)));
        }
        return found;
    }

    private static List<Path> in(Path folder) {
        Path listed = folder.toString().isEmpty() ? Path.of(".") : folder;
        if (!Files.isDirectory(listed) || !Files.isReadable(listed)) {
            return List.of();
        }
        try (Stream<Path> inside = Files.list(listed)) {
            return inside.filter(each -> Files.isRegularFile(each.resolve(ModelFolder.CONFIG)))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new HeedException("cannot read %s: %s".formatted(folder, e.getMessage()), e);
        }
    }
}
