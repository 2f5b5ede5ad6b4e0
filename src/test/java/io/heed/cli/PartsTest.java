package io.heed.cli;

import static io.heed.cli.Program.assertFails;
import static io.heed.cli.Program.assertMisused;
import static io.heed.cli.Program.heed;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.inspect.circuit.graph.Circuit;
import io.heed.inspect.circuit.graph.Edge;
import io.heed.inspect.circuit.graph.Graph;
import io.heed.model.WeightFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code --without} and {@code --only} as a user gives them. */
class PartsTest {

    private static final String TOY = "models/toy";
    private static final String TEXT = "the cat , which liked the dog , sat on the";

    @TempDir
    private Path folder;

    private static String printed(String... arguments) {
        Program.Ran ran = heed(arguments);
        assertThat(ran.code()).as(ran.err()).isZero();
        return ran.out();
    }

    private static JsonNode object(String... arguments) {
        return JsonMapper.shared().readTree(printed(arguments));
    }

    /** The same figures as {@code heed attention} gives for this head. */
    @Test
    void the_head_that_reads_the_subject_is_missed() {
        JsonNode found = object("predict", TOY, TEXT, "--without", "1.1", "--json");
        assertThat(found.path("part").path("without").get(0).asString()).isEqualTo("1.1");
        assertThat(found.path("next").get(0).path("token").asString()).isEqualTo("rug");
        assertThat(found.path("whole").path("next").get(0).path("token").asString())
                .isEqualTo("mat");
        JsonNode usual = object("predict", TOY, TEXT, "--json");
        assertThat(found.path("whole").path("next")).isEqualTo(usual.path("next"));
        assertThat(found.path("whole").path("entropy")).isEqualTo(usual.path("entropy"));
        assertThat(printed("predict", TOY, TEXT, "--without", "1.1,0.2").lines())
                .startsWith("without heads 1.1, 0.2, whose outputs are zero")
                .anyMatch(line -> line.matches("  rug +0\\.\\d+ +whole 0\\.0002.*"))
                .anyMatch(line -> line.startsWith("  the whole model: mat 0.99"));
    }

    @Test
    void heads_are_described_by_a_circuit_that_is_known() throws IOException {
        String circuit = circuit("circuit.json", EDGES);
        String purpose =
                "It moves what feed-forward network 0 writes; writes for feed-forward network 1 and the answer.";
        assertThat(printed("attention", TOY, TEXT, "--circuit", circuit, "--all-heads")
                        .replaceAll("\\s+", " "))
                .contains("layer 1, head 0 the(6)→cat", "circuit " + purpose, "circuit It is not in the circuit.");
        assertThat(printed("attention", TOY, TEXT, "--circuit", circuit))
                .contains("each head of the circuit", "layer 1, head 0", "layer 1, head 1")
                .doesNotContain("It is not in");
        JsonNode heads =
                object("attention", TOY, TEXT, "--circuit", circuit, "--json").path("heads");
        assertThat(heads.valueStream()
                        .filter(head -> head.path("layer").asInt() == 1
                                && head.path("head").asInt() == 0)
                        .map(head -> head.path("circuit").asString()))
                .containsExactly(purpose);
        assertThat(object("attention", TOY, TEXT, "--json").path("heads").get(0).has("circuit"))
                .isFalse();
        assertFails(
                heed("attention", TOY, TEXT, "--circuit", circuit("others.json", List.of("words→2.0.q"))),
                "others.json",
                "the model has no edge words→2.0.q");
        assertMisused(heed("attention", "models/fr-en", "le chat", "--circuit", circuit), "for a translation model");
    }

    @Test
    void an_evaluation_shows_both_side_by_side() throws IOException {
        String one =
                Files.writeString(folder.resolve("one.txt"), TEXT + " mat .\n").toString();
        String two = Files.writeString(folder.resolve("two.txt"), "the dog slept on the rug .\n")
                .toString();
        JsonNode found = object("evaluate", TOY, one, two, "--without", "1.0,1.1", "--json");
        assertThat(found.path("whole")).isEqualTo(object("evaluate", TOY, one, two, "--json"));
        double whole = found.path("whole").path("total").path("loss").asDouble();
        double part = found.path("of_part").path("total").path("loss").asDouble();
        assertThat(part).isGreaterThan(whole + .1);
        String table = printed("evaluate", TOY, one, two, "--without", "1.0,1.1");
        assertThat(table)
                .contains("without heads 1.0, 1.1, whose outputs are zero", one + ", 14 tokens", "total, 22 tokens")
                .containsPattern("loss +%.4f +%.4f +\\+%.4f".formatted(whole, part, part - whole));
    }

    /** Where each animal rests. */
    private static final Map<String, String> PLACES = Map.of(
            "cat", "mat", "dog", "rug", "bird", "branch", "horse", "straw", "frog", "leaf", "duck", "pond", "cow",
            "grass", "pig", "mud");

    /** The circuit of the toy model, as docs/circuits.md has it. */
    private static final List<String> EDGES = List.of(
            "words→ff0",
            "ff0→1.0.v",
            "words→1.1.v",
            "ff0→1.1.v",
            "1.0→ff1",
            "1.1→ff1",
            "1.0→logits",
            "1.1→logits",
            "ff1→logits");

    private String circuit(String name, List<String> edges) {
        Path file = folder.resolve(name);
        new Circuit(edges).write(file);
        return file.toString();
    }

    /** A sentence for each two animals. */
    private static List<String> sentences() {
        return PLACES.keySet().stream()
                .sorted()
                .flatMap(one -> PLACES.keySet().stream()
                        .sorted()
                        .filter(other -> !other.equals(one))
                        .map(other -> "the %s , which saw the %s , sat on the".formatted(one, other)))
                .toList();
    }

    /** The share of sentences after which a part of the model predicts the subject's place. */
    private static double right(String sentences, String circuit) {
        String[] lines = printed(
                        "predict", TOY, "--file", sentences, "--only", circuit, "--means", sentences, "--json", "--top",
                        "1")
                .split("\n");
        return Stream.of(lines)
                .map(JsonMapper.shared()::readTree)
                .mapToInt(found -> {
                    String subject = found.path("text").asString().split(" ", -1)[1];
                    String said = found.path("next").get(0).path("token").asString();
                    return said.equals(PLACES.get(subject)) ? 1 : 0;
                })
                .average()
                .orElseThrow();
    }

    @Test
    void a_circuit_alone_says_where_the_subject_rests_and_all_other_edges_do_not() throws IOException {
        String sentences =
                Files.write(folder.resolve("sentences.txt"), sentences()).toString();
        List<String> others;
        try (LanguageModel model = ModelFolder.read(Path.of(TOY), Device.cpu(), WeightFormat.AUTO)) {
            others = new Graph(model.transformer().config())
                    .edges().stream()
                            .map(Edge::toString)
                            .filter(edge -> !EDGES.contains(edge))
                            .toList();
        }
        assertThat(others).hasSize(110 - EDGES.size());
        assertThat(right(sentences, circuit("circuit.json", EDGES))).isGreaterThan(.95);
        assertThat(right(sentences, circuit("others.json", others))).isLessThan(.2);
    }

    @Test
    void an_evaluation_takes_its_means_from_the_texts_themselves() throws IOException {
        String sentences =
                Files.write(folder.resolve("sentences.txt"), sentences()).toString();
        String circuit = circuit("circuit.json", EDGES);
        JsonNode found = object("evaluate", TOY, sentences, "--only", circuit, "--json");
        JsonNode only = found.path("part").path("only");
        assertThat(only.path("edges").asInt()).isEqualTo(9);
        assertThat(only.path("all").asInt()).isEqualTo(110);
        assertThat(only.path("tokens").asInt()).isEqualTo(56 * 12); // with the start mark
        assertThat(only.path("positions").asInt()).isEqualTo(12);
        assertThat(only.path("means").get(0).asString()).isEqualTo(sentences);
        JsonNode given = object("evaluate", TOY, sentences, "--only", circuit, "--means", sentences, "--json");
        assertThat(given).isEqualTo(found);
        assertThat(printed("evaluate", TOY, sentences, "--only", circuit))
                .contains("only 9 of 110 edges, those of " + circuit, "672 tokens of " + sentences, "at 12 positions");
    }

    @Test
    void what_no_circuit_can_do_is_named() throws IOException {
        String circuit = circuit("circuit.json", EDGES);
        assertMisused(
                heed("predict", TOY, TEXT, "--only", circuit), "--only: a single text has no average", "--means FILE");
        assertMisused(heed("predict", TOY, TEXT, "--means", circuit), "--means: there are means only with --only");
        assertMisused(heed("predict", TOY, TEXT, "--only", circuit, "--without", "1.1"), "either --without or --only");
        String held = "data/toy-held-out.txt";
        assertFails(
                heed("evaluate", TOY, held, "--only", circuit("other.json", List.of("0.0→7.1.q"))),
                "no edge 0.0→7.1.q");
        assertFails(heed("evaluate", TOY, held, "--only", held), "is no circuit");
        assertFails(
                heed(
                        "evaluate",
                        TOY,
                        held,
                        "--only",
                        folder.resolve("none.json").toString()),
                "does not exist");
        assertFails(heed("predict", TOY, TEXT, "--only", circuit, "--means", "none.txt"), "none.txt");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "predict models/toy the --without 1 | --without: “1” is not LAYER.HEAD, as in 1.0",
                "predict models/toy the --without 0.1,ff1 | --without: “ff1” is not LAYER.HEAD, as in 1.0",
                "predict models/toy the --without 1.4 | --without: the model has no head 1.4; it has 0.0 to 1.3",
                "evaluate models/toy data/toy-held-out.txt --without 2.0 | --without: the model has no head 2.0; it has 0.0 to 1.3",
                "predict models/toy the --without 1.0,1.0 | --without: head 1.0 is given twice",
                "predict models/toy the --without 1.0 --generate 3 | --without and --only compare next words",
                "evaluate models/fr-en data/fr-en-held-out.tsv --without 1.0 | --without and --only are for models that continue texts; this one translates",
            })
    void what_cannot_be_taken_away_is_named(String line, String message) {
        assertMisused(heed(line.split(" ")), message);
    }

    @Test
    void int8_has_no_parts() {
        assertFails(heed("predict", TOY, "the", "--weights", "int8", "--without", "1.0"), "int8");
    }
}
