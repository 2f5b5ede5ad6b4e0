package io.heed.text;

import io.heed.HeedException;
import io.heed.Home;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Finds the files of a name: a file, a folder (all its *.txt files), or a glob such as {@code texts/**.txt}. */
public final class TextFiles {

    private static final Pattern GLOB = Pattern.compile("[*?\\[{]");
    private static final Comparator<String> IN_ORDER = Comparator.comparing(name -> name.replace('\\', '/'));
    private static final FileTree LOCAL = new LocalFileTree();

    private TextFiles() {}

    /**
     * Finds files of this machine, each once, in the order of the names and, within one name, of the paths.
     *
     * @throws HeedException naming the name that matches no file
     */
    public static List<Path> find(List<String> names) {
        return find(names, LOCAL).stream().map(Path::of).toList();
    }

    /**
     * Finds files, each once, in the order of the names and, within one name, of the paths.
     *
     * @throws HeedException naming the name that matches no file
     */
    public static List<String> find(List<String> names, FileTree tree) {
        Map<String, String> found = new LinkedHashMap<>();
        for (String name : names) {
            List<String> files = named(name, tree);
            if (files.isEmpty()) {
                throw new HeedException(nothing(name, tree));
            }
            files.forEach(file -> found.putIfAbsent(tree.absolute(file), file));
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
        return !named(name, LOCAL).isEmpty();
    }

    /** Returns the name if it matches any file, or else that of the same files in Heed's folder, if there are any. */
    public static String found(String name) {
        if (any(name)) {
            return name;
        }
        String own = Home.folder().resolve(".").toString().replaceFirst("\\.$", "") + name;
        return any(own) ? own : name;
    }

    private static String nothing(String name, FileTree tree) {
        if (tree.isFolder(name)) {
            return "%s contains no *.txt files; name the files, as in %s/*.md".formatted(name, name);
        }
        if (GLOB.matcher(name).find()) {
            return "%s matches no file".formatted(name);
        }
        String list = name.contains(",") ? "; for several, write a list, as in [a.txt, b.txt]" : "";
        return TextFile.missing(name) + list;
    }

    private static List<String> named(String name, FileTree tree) {
        if (tree.isFolder(name)) {
            return files(name, "*.txt", tree);
        }
        if (tree.exists(name)) {
            return List.of(name);
        }
        String folder = name.substring(0, tree.root(name));
        String rest = name.substring(folder.length());
        for (int slash = name.indexOf('/', folder.length());
                slash >= 0 && tree.isFolder(name.substring(0, slash + 1)); ) {
            folder = name.substring(0, slash + 1); // as long as there are folders of exactly that name
            rest = name.substring(slash + 1);
            slash = name.indexOf('/', slash + 1);
        }
        return GLOB.matcher(rest).find() ? files(folder, rest, tree) : List.of();
    }

    private static List<String> files(String folder, String glob, FileTree tree) {
        PathMatcher matcher;
        try {
            matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
        } catch (IllegalArgumentException e) {
            throw new HeedException("%s is not a pattern of file names: %s".formatted(glob, e.getMessage()), e);
        }
        int depth = glob.contains("**")
                ? Integer.MAX_VALUE
                : 1 + (int) glob.chars().filter(c -> c == '/').count();
        return tree.files(folder, depth).stream()
                .filter(file -> matcher.matches(Path.of(file)))
                .map(file -> tree.resolve(folder, file))
                .sorted(IN_ORDER)
                .toList();
    }
}
