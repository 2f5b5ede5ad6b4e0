package io.heed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The Java that README.md and docs/library.md show, compiled with the imports that the latter lists, and what they say it prints. */
class SnippetsTest {

    private static final Pattern CODE = Pattern.compile("```java\n(.*?)```\n(?:\n```text\n(.*?)```)?", Pattern.DOTALL);
    private static final Pattern COMMENT = Pattern.compile("println\\(.*\\); // (.*)");

    private static final Pattern IMPORTS = Pattern.compile("```java\n((?:import .*\n)+)```");
    private static final Pattern POM = Pattern.compile("```xml\n(<\\?xml.*?)```", Pattern.DOTALL);

    @TempDir
    private Path folder;

    @Test
    void there_is_some_in_both() throws Exception {
        assertThat(snippets("README.md")).hasSize(1);
        assertThat(snippets("docs/library.md")).hasSize(6);
    }

    /** .ci/example builds with that POM. */
    @Test
    void the_pom_of_the_page_is_that_of_the_example() throws Exception {
        Matcher pom = POM.matcher(Files.readString(Path.of("docs/library.md")));
        assertThat(pom.find()).isTrue();
        assertThat(pom.group(1)).isEqualTo(Files.readString(Path.of("examples/next-word/pom.xml")));
    }

    @TestFactory
    List<DynamicTest> prints_what_is_said() throws Exception {
        List<DynamicTest> tests = new ArrayList<>();
        for (String page : List.of("README.md", "docs/library.md")) {
            for (String[] snippet : snippets(page)) {
                String name = page + ": " + snippet[0].lines().findFirst().orElseThrow();
                tests.add(DynamicTest.dynamicTest(
                        name, () -> assertThat(run(snippet[0])).isEqualTo(snippet[1])));
            }
        }
        return tests;
    }

    /** Code, and what it prints: in a block after it, or in a comment behind the line that prints. */
    private static List<String[]> snippets(String page) throws Exception {
        List<String[]> found = new ArrayList<>();
        Matcher matcher =
                CODE.matcher(IMPORTS.matcher(Files.readString(Path.of(page))).replaceAll(""));
        while (matcher.find()) {
            String printed = matcher.group(2);
            if (printed == null) {
                Matcher comment = COMMENT.matcher(matcher.group(1));
                assertThat(comment.find()).as("%s says what it prints", page).isTrue();
                printed = comment.group(1) + "\n";
            }
            found.add(new String[] {matcher.group(1), printed});
        }
        return found;
    }

    private String run(String body) throws Exception {
        StringBuilder source = new StringBuilder();
        Matcher imports = IMPORTS.matcher(Files.readString(Path.of("docs/library.md")));
        assertThat(imports.find()).isTrue();
        source.append(imports.group(1));
        source.append("public class Snippet { public static void run(Path folder) throws Exception {\n")
                .append(body)
                .append("}}\n");
        Path classes = Files.createDirectories(folder.resolve("classes"));
        compile(source.toString(), classes);
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
            Method method = loader.loadClass("Snippet").getMethod("run", Path.class);
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            method.invoke(null, folder);
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }

    private static void compile(String source, Path classes) {
        JavaFileObject file =
                new SimpleJavaFileObject(URI.create("string:///Snippet.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        boolean compiled = compiler.getTask(
                        messages,
                        null,
                        null,
                        List.of("-proc:none", "-cp", path, "-d", classes.toString()),
                        null,
                        List.of(file))
                .call();
        assertThat(compiled).as("%s%n%s", messages, source).isTrue();
    }
}
