package io.heed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The types that docs/library.md promises to keep, and what programs can use of them: docs/api.txt has both. */
final class PublicApiTest {

    private static final Path PROMISED = Path.of("docs/api.txt");
    private static final Path NOW = Path.of("target/api.txt");

    @Test
    void keeps_what_is_promised() throws Exception {
        List<String> promised = Files.readAllLines(PROMISED);
        List<Class<?>> types = types(promised);
        List<String> now = new ArrayList<>(
                promised.stream().filter(line -> line.startsWith("#")).toList());
        types.forEach(type -> now.addAll(new ApiOf(types).lines(type)));
        Files.createDirectories(NOW.getParent());
        Files.write(NOW, now);

        assertThat(less(promised, now))
                .as(
                        "These are gone or changed, and programs that use them no longer compile. Keep the old form beside the new one,"
                                + " marked @Deprecated. If it has to go, raise the version in pom.xml, and copy %s over %s",
                        NOW, PROMISED)
                .isEmpty();
        assertThat(less(now, promised))
                .as("These are new; to promise them, copy %s over %s", NOW, PROMISED)
                .isEmpty();
        assertThat(promised).isEqualTo(now);
    }

    /** Whoever follows the page uses nothing that may change. */
    @Test
    void is_all_that_the_page_imports() throws Exception {
        Set<String> promised = types(Files.readAllLines(PROMISED)).stream()
                .map(Class::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        List<String> imported = Files.readAllLines(Path.of("docs/library.md")).stream()
                .filter(line -> line.startsWith("import io.heed."))
                .map(line -> line.substring("import ".length(), line.length() - 1))
                .toList();
        assertThat(imported).isNotEmpty().isSubsetOf(promised);
    }

    private static List<Class<?>> types(List<String> lines) throws ClassNotFoundException {
        List<Class<?>> types = new ArrayList<>();
        for (String line : lines) {
            if (!line.startsWith("#") && !line.startsWith(" ") && !line.isEmpty()) {
                types.add(Class.forName(line, false, PublicApiTest.class.getClassLoader()));
            }
        }
        return types;
    }

    /** The lines of one that the other lacks, each with the type that it stands below. */
    private static List<String> less(List<String> lines, List<String> others) {
        List<String> less = named(lines);
        less.removeAll(named(others));
        return less;
    }

    private static List<String> named(List<String> lines) {
        List<String> named = new ArrayList<>();
        String type = "";
        for (String line : lines) {
            type = line.startsWith(" ") ? type : line;
            named.add(line.startsWith(" ") ? type + ": " + line.strip() : line);
        }
        return named;
    }
}
