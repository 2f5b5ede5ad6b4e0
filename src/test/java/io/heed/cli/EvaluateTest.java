package io.heed.cli;

import static io.heed.cli.Program.assertFails;
import static io.heed.cli.Program.assertMisused;
import static io.heed.cli.Program.heed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.cli.Program.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code heed evaluate} as a user runs it. */
class EvaluateTest {

    private static final String MODEL = "models/toy";

    @TempDir
    private Path folder;

    private static JsonNode object(Ran ran) {
        assertThat(ran.code()).as(ran.err()).isZero();
        return JsonMapper.shared().readTree(ran.out());
    }

    private String text(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content).toString();
    }

    @ParameterizedTest
    @CsvSource({"lines, word", "lines, character", "stream, word", "stream, character"})
    void the_loss_is_that_which_training_found_on_the_same_text(String format, String type) throws IOException {
        List<String> toy = Files.readAllLines(Path.of("data/toy.txt"));
        String check = text("check.txt", String.join("\n", toy.subList(200, 260)));
        Path config = Files.writeString(folder.resolve("run.yaml"), """
                name: mine
                device: cpu
                data: {train: '%s', validation: '%s', format: %s}
                tokenizer: {type: %s}
                model: {context: %d, width: 16, layers: 2, heads: 2}
                training: {steps: 4, batch: 8, learning_rate: 0.01, evaluate_every: 4}
                """.formatted(
                        text("train.txt", String.join("\n", toy.subList(0, 200))),
                        check,
                        format,
                        type,
                        format.equals("lines") ? 200 : 16));
        Path models = folder.resolve("models");
        assertThat(heed("train", config.toString(), "--models", models.toString())
                        .code())
                .isZero();
        List<String> metrics = Files.readAllLines(models.resolve("mine/training/metrics.csv"));
        int column = List.of(metrics.get(0).split(",", -1)).indexOf("validation_loss");
        double trained = Double.parseDouble(metrics.get(1).split(",", -1)[column]);
        String stride = format.equals("lines") ? "200" : "16";
        JsonNode found =
                object(heed("evaluate", models.resolve("mine").toString(), check, "--stride", stride, "--json"));
        assertThat(found.path("format").asString()).isEqualTo(format);
        assertThat(found.path("total").path("loss").asDouble()).isEqualTo(trained, within(1e-5));
    }

    @Test
    void a_model_without_a_tokenizer_is_refused() throws IOException {
        for (String file : List.of("config.json", "model.safetensors")) {
            Files.copy(Path.of("models/toy").resolve(file), folder.resolve(file));
        }
        assertFails(
                heed("evaluate", folder.toString(), "data/toy-held-out.txt"),
                "the model has no tokenizer.json, nor vocab.json and merges.txt, so it reads only ids");
    }

    @Test
    void several_files_have_a_row_each_and_a_total() throws IOException {
        String one = text("one.txt", "the cat sat on the mat .\n");
        String two = text("two.txt", "the dog slept on the rug .\nthe cat slept on the mat .\n");
        JsonNode found = object(heed("evaluate", MODEL, one, two, "--json"));
        assertThat(found.path("stride").asInt()).isEqualTo(found.path("context").asInt() / 2);
        JsonNode files = found.path("files");
        assertThat(files).extracting(file -> file.path("file").asString()).containsExactly(one, two);
        assertThat(files).extracting(file -> file.path("tokens").asInt()).containsExactly(8, 16);
        double mean = (files.get(0).path("loss").asDouble()
                        + 2 * files.get(1).path("loss").asDouble())
                / 3;
        assertThat(found.path("total").path("loss").asDouble()).isEqualTo(mean, within(1e-9));
        Ran tables = heed("evaluate", MODEL, one, two);
        assertThat(tables.out()
                        .lines()
                        .filter(line -> line.startsWith("  "))
                        .map(line -> line.trim().split(" +", -1)[0]))
                .contains(one, two, "total", "tokens", "1", "confidence");
    }

    @Test
    void unknown_words_are_counted_and_told() throws IOException {
        Ran ran = heed("evaluate", MODEL, text("text.txt", "the zebra saw the gnu .\n"), "--json");
        assertThat(object(ran).path("total").path("unknown").asInt()).isEqualTo(2);
        assertThat(ran.err()).contains("2 of 7 tokens are words that the model does not know");
    }

    @Test
    void what_cannot_be_evaluated_is_told() throws IOException {
        String good = text("good.txt", "the cat sat .\n");
        assertFails(heed("evaluate", MODEL, good, folder.resolve("none.txt").toString()), "none.txt does not exist");
        Path none = Files.createDirectory(folder.resolve("none"));
        assertFails(heed("evaluate", MODEL, none.toString()), "contains no *.txt files");
        assertFails(heed("evaluate", MODEL, text("empty.txt", "\n")), "empty.txt is empty");
        Path bad = Files.write(folder.resolve("bad.txt"), new byte[] {'a', ' ', (byte) 0xff});
        assertFails(heed("evaluate", MODEL, bad.toString()), "bad byte 0xff at offset 2");
        assertFails(heed("evaluate", MODEL, text("one.txt", "cat"), "--format", "stream"), "has a single token");
        assertMisused(heed("evaluate", MODEL, good, "--stride", "0"), "--stride: 0 is not from 1 to the context of 48");
        assertMisused(heed("evaluate", MODEL, good, "--stride", "49"), "--stride: 49");
        assertMisused(heed("evaluate", MODEL), "FILE");
    }
}
