package io.heed.text;

import io.heed.HeedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the files of a name: a file, a folder (all its *.txt files), or a glob such as {@code texts/**.txt}. */
public final class TextFiles {

    private static final Pattern GLOB = Pattern.compile("[*?\\[{]");
    private static final Comparator<Path> IN_ORDER =
            Comparator.comparing(path -> path.toString().replace('\\', '/'));

    private TextFiles() {}

    /**
     * Finds files, each once, in the order of the names and, within one name, of the paths.
     *
     * @throws HeedException naming the name that matches no file
     */
    public static List<Path> find(List<String> names) {
        Map<Path, Path> found = new LinkedHashMap<>();
        for (String name : names) {
            List<Path> files = named(name);
            if (files.isEmpty()) {
                throw new HeedException(nothing(name));
            }
            files.forEach(file -> found.putIfAbsent(file.toAbsolutePath().normalize(), file));
        }
        return List.copyOf(found.values());
    }

    /**
     * Refuses a name that matches no file, or one that cannot be read.
     *
     * @throws HeedException naming it, or that file
     */
    public static void require(String name) {
        find(List.of(name)).forEach(TextChunks::require);
    }

    /** Whether a name matches any file. */
    public static boolean any(String name) {
        return !named(name).isEmpty();
    }

    private static String nothing(String name) {
        if (isFolder(name)) {
            return "%s contains no *.txt files; name the files, as in %s/*.md".formatted(name, name);
        }
        if (GLOB.matcher(name).find()) {
            return "%s matches no file".formatted(name);
        }
        String list = name.contains(",") ? "; for several, write a list, as in [a.txt, b.txt]" : "";
        return TextFile.missing(name) + list;
    }

    private static boolean isFolder(String name) {
        try {
            return Files.isDirectory(Path.of(name));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static List<Path> named(String name) {
        try {
            Path path = Path.of(name);
            if (Files.isDirectory(path)) {
                return files(path, "*.txt");
            }
            if (Files.exists(path)) {
                return List.of(path);
            }
        } catch (InvalidPathException e) {
            // a glob need not be a valid path
        }
        Path folder = Path.of("");
        String rest = name;
        for (int slash = name.indexOf('/'); slash >= 0 && isFolder(name.substring(0, slash + 1)); ) {
            folder = Path.of(name.substring(0, slash + 1)); // as long as there are folders of exactly that name
            rest = name.substring(slash + 1);
            slash = name.indexOf('/', slash + 1);
        }
        return GLOB.matcher(rest).find() ? files(folder, rest) : List.of();
    }

    private static List<Path> files(Path folder, String glob) {
        PathMatcher matcher;
        try {
            matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
        } catch (IllegalArgumentException e) {
            throw new HeedException("%s is not a pattern of file names: %s".formatted(glob, e.getMessage()), e);
        }
        int depth = glob.contains("**")
                ? Integer.MAX_VALUE
                : 1 + (int) glob.chars().filter(c -> c == '/').count();
        List<Path> files = new ArrayList<>();
        Path start = folder.toString().isEmpty() ? Path.of(".") : folder;
        try (Stream<Path> all = Files.walk(start, depth)) {
            all.filter(file -> matcher.matches(start.relativize(file)) && Files.isRegularFile(file))
                    .map(file -> folder.resolve(start.relativize(file)))
                    .sorted(IN_ORDER)
                    .forEach(files::add);
        } catch (IOException | UncheckedIOException e) {
            throw new HeedException("cannot search %s: %s".formatted(start, e.getMessage()), e);
        }
        return files;
    }
}
