package io.heed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JBang starts Heed from the artifact that pom.xml describes, with what the launcher gives it. */
class JBangCatalogTest {

    private static JsonNode alias;
    private static Document pom;

    @BeforeAll
    static void read() throws Exception {
        alias = JsonMapper.builder()
                .build()
                .readTree(Files.readString(Path.of("jbang-catalog.json")))
                .at("/aliases/heed");
        pom = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse("pom.xml");
    }

    /** JBang leaves optional dependencies out. */
    @Test
    void it_names_this_version_and_what_only_the_command_line_needs() {
        String heed = "io.heed:heed:" + child(pom.getDocumentElement(), "version");
        List<String> needed = new ArrayList<>(List.of(heed + ":files"));
        for (Element dependency : children(element(pom.getDocumentElement(), "dependencies"), "dependency")) {
            if ("true".equals(child(dependency, "optional"))) {
                needed.add(child(dependency, "groupId") + ":" + child(dependency, "artifactId") + ":"
                        + resolved(child(dependency, "version")));
            }
        }
        assertThat(alias.path("script-ref").asString()).isEqualTo(heed);
        assertThat(alias.path("dependencies").valueStream().map(JsonNode::asString))
                .containsExactlyElementsOf(needed);
    }

    @Test
    void it_starts_heed_as_the_launcher_does() throws Exception {
        String launcher = Files.readString(Path.of("heed"));
        String run = launcher.substring(launcher.indexOf("\nrun() {"), launcher.indexOf("$native $back"));
        Set<String> given = Pattern.compile("(-[DX]\\S+|OPT_OUT_TRACKING=true)")
                .matcher(run.replace("\"${HEED_LOG:-error}\"", "error"))
                .results()
                .map(option -> option.group().replaceFirst("^OPT_OUT", "-DOPT_OUT"))
                .filter(option -> !option.startsWith("-Dheed."))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(given).hasSizeGreaterThan(5);
        given.add("--enable-native-access=ALL-UNNAMED");
        assertThat(alias.path("main").asString()).isEqualTo("io.heed.cli.Heed");
        assertThat(alias.path("runtime-options").valueStream().map(JsonNode::asString))
                .containsExactlyInAnyOrderElementsOf(given);
    }

    private static String resolved(String version) {
        return version.startsWith("${")
                ? child(element(pom.getDocumentElement(), "properties"), version.substring(2, version.length() - 1))
                : version;
    }

    private static String child(Element parent, String name) {
        List<Element> found = children(parent, name);
        return found.isEmpty() ? "" : found.get(0).getTextContent();
    }

    private static Element element(Element parent, String name) {
        return children(parent, name).get(0);
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element child && child.getTagName().equals(name)) {
                found.add(child);
            }
        }
        return found;
    }
}
