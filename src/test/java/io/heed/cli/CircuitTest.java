package io.heed.cli;

import static io.heed.cli.Program.assertFails;
import static io.heed.cli.Program.assertMisused;
import static io.heed.cli.Program.heed;
import static org.assertj.core.api.Assertions.assertThat;

import io.heed.text.toy.ToyCorpus;
import io.heed.text.toy.ToyPairs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CircuitTest {

    private static final String TOY = "models/toy";

    @TempDir
    private Path folder;

    /** What is promised of the model that ships with Heed, on sentences of which it has seen none. */
    @Test
    void the_toy_model_has_a_small_and_faithful_circuit() throws IOException {
        Path out = folder.resolve("circuit.json");
        Program.Ran ran = heed("circuit", TOY, "--resamples", "3", "--json", "--out", out.toString());
        assertThat(ran.code()).as(ran.err()).isZero();
        JsonNode report = JsonMapper.shared().readTree(ran.out());
        assertThat(report.path("all").asInt()).isEqualTo(110);
        assertThat(report.path("edges").size()).isBetween(1, 16); // 15 %
        JsonNode proof = report.path("proof");
        assertThat(proof.path("faithfulness").asDouble()).isBetween(.95, 1.05);
        assertThat(proof.path("complement").asDouble()).isLessThan(.1);
        assertThat(proof.path("largest_random").asDouble()).isLessThan(.2);
        assertThat(report.path("agreement").asDouble()).isGreaterThanOrEqualTo(.8);

        Program.Ran checked = heed("circuit", TOY, "--check", out.toString(), "--json");
        assertThat(checked.code()).as(checked.err()).isZero();
        assertThat(JsonMapper.shared()
                        .readTree(checked.out())
                        .path("proof")
                        .path("faithfulness")
                        .asDouble())
                .isEqualTo(proof.path("faithfulness").asDouble());
    }

    @Test
    void a_larger_tolerance_leaves_fewer_edges() {
        JsonNode found = JsonMapper.shared()
                .readTree(heed("circuit", TOY, "--resamples", "0", "--tolerance", ".3", "--json")
                        .out());
        assertThat(found.path("tolerance").asDouble()).isEqualTo(.3);
        assertThat(found.path("edges").size()).isBetween(1, 8); // 9 by the usual tolerance
        assertThat(found.path("proof").path("faithfulness").asDouble()).isBetween(.6, 1.4);
        assertMisused(heed("circuit", TOY, "--tolerance", "1"), "--tolerance: 1.0 is not between 0 and 1");
        assertMisused(heed("circuit", TOY, "--tolerance", "NaN"), "--tolerance: NaN is not between 0 and 1");
    }

    @Test
    void the_translator_that_ships_translates_a_pointer_through_its_cross_attention() throws IOException {
        Program.Ran ran = heed("circuit", "models/fr-en", "--resamples", "0", "--json");
        assertThat(ran.code()).as(ran.err()).isZero();
        JsonNode report = JsonMapper.shared().readTree(ran.out());
        assertThat(report.path("edges").size()).isBetween(1, 27); // 15 % of 185
        assertThat(report.path("nodes").valueStream().map(JsonNode::asString))
                .anyMatch(node -> node.startsWith("cross."));
        JsonNode proof = report.path("proof");
        assertThat(proof.path("faithfulness").asDouble()).isBetween(.95, 1.05);
        assertThat(proof.path("complement").asDouble()).isLessThan(.1);
        JsonNode example = report.path("example");
        int pointer = example.path("clean").size() - 1; // dessous, at the end of the shortest
        assertThat(example.path("places").valueStream())
                .filteredOn(place -> place.path("edge").asString().startsWith("source→"))
                .isNotEmpty()
                .allMatch(place -> place.path("position").asInt() == pointer);
    }

    @Test
    void a_file_of_pairs_is_used() throws IOException {
        List<String> lines = ToyPairs.heldOut(new ToyCorpus(ToyCorpus.SEED), 8).stream()
                .map(pair -> String.join("\t", pair.clean(), pair.corrupted(), pair.answer(), pair.wrong()))
                .toList();
        Path pairs = Files.write(folder.resolve("pairs.tsv"), lines);
        List<String> arguments =
                new ArrayList<>(List.of("circuit", TOY, "--pairs", pairs.toString(), "--resamples", "0"));
        List<Path> files = Stream.of("edges.csv", "circuit.svg", "circuit.PNG", "circuit.pdf")
                .map(folder::resolve)
                .toList();
        files.forEach(file -> arguments.addAll(List.of("--out", file.toString())));
        Program.Ran ran = heed(arguments.toArray(String[]::new));
        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.err()).contains("heed: wrote 4 files, " + files.get(0) + " first");
        assertThat(ran.out()).contains("of 110 edges carry the answer", "found on 4 pairs, measured on 4 others");
        assertThat(ran.out())
                .contains("lost without it\n", "kept by all other edges")
                .doesNotContain("without it  ");
        List<String> edges = Files.readAllLines(files.get(0));
        assertThat(edges.get(0)).isEqualTo("edge,from,to,lost");
        assertThat(edges).anyMatch(line -> line.startsWith("\"ff1→logits\",\"ff1\",\"logits\",0."));
        double lost = Double.parseDouble(edges.stream()
                .filter(line -> line.startsWith("\"ff1→logits\""))
                .findFirst()
                .orElseThrow()
                .replaceAll(".*,", ""));
        assertThat(ran.out()) // the terminal's figure is the file's
                .containsPattern(String.format(Locale.ROOT, "ff1 +→ logits .* %.1f %%\\R", 100 * lost));
        assertThat(Files.readString(files.get(1))).contains(">logits</text>", "ff1→logits at ff1: ");
        assertThat(ImageIO.read(files.get(2).toFile()).getWidth()).isGreaterThan(500);
        assertThat(Files.readString(files.get(3), StandardCharsets.ISO_8859_1)).startsWith("%PDF-");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', textBlock = """
            the cat sat on the|the dog sat on the|mat ! 3 columns
            the cat sat on the|the old dog sat on the|mat|rug ! do not align token by token: 6 tokens
            the cat sat on the|the cat sat on the|mat|rug ! both texts are the same
            the cat sat on the|the unicorn sat on the|mat|rug ! does not know
            the cat sat on the|the dog sat on the|mat|mat ! begin with the same token
            """)
    void a_pair_that_cannot_be_used_is_named(String columns, String said) throws IOException {
        Path pairs = Files.writeString(folder.resolve("pairs.tsv"), columns.replace('|', '\t') + "\n");
        assertFails(heed("circuit", TOY, "--pairs", pairs.toString()), "pairs.tsv, line 1", said);
    }

    /** Lines of a file of pairs, at most 4. */
    private static String pairs(String answers, int count) {
        return Stream.of(
                        "the %s sat on the",
                        "the %s slept on the", "the %s lay on the", "near the cow , the %s sat on the")
                .limit(count)
                .map(text -> text.formatted("cat") + "\t" + text.formatted("dog") + "\t" + answers + "\n")
                .collect(Collectors.joining());
    }

    @Test
    void what_cannot_be_done_is_told() throws IOException {
        Path one = Files.writeString(folder.resolve("one.tsv"), pairs("mat\trug", 3));
        assertFails(
                heed("circuit", TOY, "--pairs", one.toString()), "fewer pairs than a circuit needs: 3", "at least 4");
        Path empty = Files.writeString(folder.resolve("empty.tsv"), "\n");
        assertFails(heed("circuit", TOY, "--pairs", empty.toString()), "empty");
        assertFails(heed("circuit", "models/fr-en", "--pairs", one.toString()), "4 columns", "the translation so far");
        assertFails(heed("circuit", TOY, "--out", folder.resolve("circuit.txt").toString()), ".svg", "circuit.txt");
        Path reversed = Files.writeString(folder.resolve("reversed.tsv"), pairs("rug\tmat", 4));
        assertFails(heed("circuit", TOY, "--pairs", reversed.toString()), "does not answer better");
        Path twice = Files.writeString(folder.resolve("twice.tsv"), pairs("mat\trug", 3) + pairs("mat\trug", 1));
        assertFails(heed("circuit", TOY, "--pairs", twice.toString()), "twice.tsv, line 4: the texts of line 1 again");
        Path mirrored = Files.writeString(
                folder.resolve("mirrored.tsv"),
                pairs("mat\trug", 4) + "the dog sat on the\tthe cat sat on the\trug\tmat\n");
        assertFails(
                heed("circuit", TOY, "--pairs", mirrored.toString()),
                "mirrored.tsv, line 5: the texts of line 1 again");
        Path missing = Files.writeString(folder.resolve("missing.tsv"), " \tthe cat\tmat\trug\n");
        assertFails(heed("circuit", TOY, "--pairs", missing.toString()), "missing.tsv, line 1: a text is missing");
        Path circuit = Files.writeString(folder.resolve("circuit.json"), "{\"edges\":[\"0.0→9.9.q\"]}");
        assertFails(
                heed("circuit", TOY, "--check", circuit.toString()), "circuit.json: the model has no edge 0.0→9.9.q");
        Path foreign = Files.writeString(
                folder.resolve("foreign.json"), "{\"model\":\"mine\",\"all\":185,\"edges\":[\"1.0→logits\"]}");
        assertFails(
                heed("circuit", TOY, "--check", foreign.toString()),
                "foreign.json: the circuit is of a model with 185 edges (mine); this one has 110");
        assertFails(heed("circuit", TOY, "--check", one.toString()), "one.tsv is no circuit");
        assertFails(heed("circuit", TOY, "--check", folder.resolve("none.json").toString()), "does not exist");
        assertFails(heed("circuit", TOY, "--out", folder.toString()), "--out", "cannot be written");
        assertMisused(heed("circuit", TOY, "--metric", "best"), "best", "logit-difference");
        assertMisused(heed("circuit", TOY, "--resamples", "-1"), "--resamples");
        assertMisused(heed("circuit", TOY, "--resamples", "1"), "--resamples: 1 is neither 0 nor from 2 to 1000");
        assertMisused(
                heed("circuit", TOY, "--check", circuit.toString(), "--resamples", "5"), "--resamples is for finding");
        String out = folder.resolve("twice.svg").toString();
        assertMisused(heed("circuit", TOY, "--out", out, "--out", out), "twice.svg is given twice");
        assertFails(heed("circuit", TOY, "--out", folder.resolve("no/a.svg").toString()), "there is no folder");
    }
}
