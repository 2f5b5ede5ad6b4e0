package io.heed.text;

import io.heed.HeedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The files of this machine. */
final class LocalFileTree implements FileTree {

    @Override
    public boolean isFolder(String name) {
        return is(name, Files::isDirectory);
    }

    @Override
    public boolean exists(String name) {
        return is(name, Files::exists);
    }

    private static boolean is(String name, Predicate<Path> test) {
        try {
            return test.test(Path.of(name));
        } catch (InvalidPathException e) {
            return false; // a glob need not be a valid path
        }
    }

    @Override
    public List<String> files(String folder, int depth) {
        Path start = folder.isEmpty() ? Path.of(".") : Path.of(folder);
        try (Stream<Path> all = Files.walk(start, depth)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> start.relativize(file).toString())
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new HeedException("cannot search %s: %s".formatted(start, e.getMessage()), e);
        }
    }

    @Override
    public String resolve(String folder, String file) {
        return Path.of(folder).resolve(file).toString();
    }

    @Override
    public String absolute(String name) {
        return Path.of(name).toAbsolutePath().normalize().toString();
    }

    @Override
    public int root(String name) {
        return 0;
    }
}
