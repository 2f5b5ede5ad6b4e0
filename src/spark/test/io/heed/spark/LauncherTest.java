package io.heed.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Test;

/** What the launcher and the build open of Java, beside what Spark itself asks for. */
class LauncherTest {

    private static final Pattern PACKAGE = Pattern.compile("\\bjava\\.[a-z.]+/[a-z.0-9]+");

    private static List<String> packages(String text) {
        return PACKAGE.matcher(text).results().map(found -> found.group()).toList();
    }

    /** The first part of a file between two texts. */
    private static String part(String file, String from, String to) throws IOException {
        String text = Files.readString(Path.of(file));
        int start = text.indexOf(from);
        return text.substring(start, text.indexOf(to, start));
    }

    @Test
    void what_spark_asks_for_is_opened_by_the_launcher_and_in_tests() throws IOException {
        List<String> asked = Stream.of(JavaModuleOptions.defaultModuleOptionArray())
                .filter(option -> option.startsWith("--add-opens="))
                .flatMap(option -> packages(option).stream())
                .toList();
        assertThat(asked).hasSizeGreaterThan(10);
        assertThat(packages(part("heed", "for package in", "; do"))).containsExactlyElementsOf(asked);
        assertThat(packages(part("pom.xml", "<sparkOpens>", "</sparkOpens>"))).containsExactlyElementsOf(asked);
    }
}
