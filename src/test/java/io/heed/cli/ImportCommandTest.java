package io.heed.cli;

import static io.heed.cli.Program.assertFails;
import static io.heed.cli.Program.assertMisused;
import static io.heed.cli.Program.heed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.checkpoint.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hugging Face's models the way a user has them: imported, read by the commands, their numbers taken from the files these write. */
class ImportCommandTest {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures");

    private static final float CLOSE = 1e-4f;

    @TempDir
    private Path folder;

    private void run(String... arguments) {
        Program.Ran ran = heed(arguments);
        assertThat(ran.code()).as(ran.err()).isZero();
    }

    /** A copy of a fixture that no token ends a text of, as there was none when transformers went on with it. */
    private Path withoutEnd(String kind) throws IOException {
        Path copy = Files.createDirectories(folder.resolve("from"));
        try (Stream<Path> files = Files.list(FIXTURES.resolve(kind))) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        for (String name : List.of("config.json", "generation_config.json")) {
            Path file = copy.resolve(name);
            if (Files.exists(file)) {
                Files.writeString(
                        file, Files.readString(file).replaceFirst("\"eos_token_id\": \\d+", "\"eos_token_id\": null"));
            }
        }
        return copy;
    }

    private static String listed(long[] ids) {
        return LongStream.of(ids).mapToObj(String::valueOf).collect(Collectors.joining(","));
    }

    /** What transformers computed, without the texts before a given one and after it. */
    private static float[] of(Map<String, Safetensors.StoredArray> expected, String name, int text) {
        float[] all = expected.get(name).floats();
        int each = all.length / (int) expected.get(name).shape()[0];
        return Arrays.copyOfRange(all, text * each, (text + 1) * each);
    }

    private static void assertLayer(
            Map<String, Safetensors.StoredArray> dump, String name, int layer, float[] expected) {
        float[] all = dump.get(name).floats();
        assertThat(Arrays.copyOfRange(all, layer * expected.length, (layer + 1) * expected.length))
                .as("%s of layer %d", name, layer)
                .containsExactly(expected, within(CLOSE));
    }

    @ParameterizedTest
    @CsvSource({
        "gpt2, 8", // the ids that greedy goes on from: make_fixtures.py
        "variants/scaled, 5", // and make_variants.py
        "variants/scaled-by-layer, 5",
        "variants/untied, 5",
        "variants/sharded, 5",
        "variants/bare, 5"
    })
    void an_imported_model_has_every_number_of_transformers(String kind, int prompt) throws IOException {
        Map<String, Safetensors.StoredArray> expected =
                Safetensors.read(FIXTURES.resolve(kind).resolve("expected.safetensors"));
        String models = folder.toString();
        String model = folder.resolve("mine").toString();
        run("import", withoutEnd(kind).toString(), "--as", "mine", "--models", models);
        long[] ids = expected.get("input_ids").longs();
        int texts = (int) expected.get("input_ids").shape()[0];
        int tokens = ids.length / texts;
        for (int text = 0; text < texts; text++) {
            Path out = folder.resolve("maps" + text);
            String row = listed(Arrays.copyOfRange(ids, text * tokens, (text + 1) * tokens));
            run("attention", model, "--ids", row, "--out", out.toString(), "--format", "safetensors");
            Map<String, Safetensors.StoredArray> dump = Safetensors.read(out.resolve("attention.safetensors"));
            assertThat(dump.get("logits").floats()).containsExactly(of(expected, "logits", text), within(CLOSE));
            int layers = (int) dump.get("weights").shape()[0];
            assertThat(expected).containsKey("attention." + (layers - 1)).doesNotContainKey("attention." + layers);
            for (int layer = 0; layer < layers; layer++) {
                assertLayer(dump, "weights", layer, of(expected, "attention." + layer, text));
                assertLayer(dump, "residual_before", layer, of(expected, "hidden." + layer, text));
                if (layer > 0) {
                    assertLayer(dump, "residual_after", layer - 1, of(expected, "hidden." + layer, text));
                }
            }
            assertThat(dump.get("final_norm").floats())
                    .containsExactly(of(expected, "hidden." + layers, text), within(CLOSE));
        }
        String start = listed(Arrays.copyOf(ids, prompt));
        long[] greedy = expected.get("greedy").longs();
        assertThat(heed("predict", model, "--ids", start, "--generate", String.valueOf(greedy.length))
                        .out()
                        .strip())
                .isEqualTo((start + "," + listed(greedy)).replace(',', ' '));
    }

    @Test
    void a_name_that_is_taken_is_refused() {
        String from = FIXTURES.resolve("gpt2").toString();
        run("import", from, "--as", "mine", "--models", folder.toString());
        assertFails(heed("import", from, "--as", "mine", "--models", folder.toString()), "mine already exists");
    }

    @Test
    void a_name_is_no_path() {
        String from = FIXTURES.resolve("gpt2").toString();
        assertMisused(heed("import", from, "--as", "../mine", "--models", folder.toString()), "--as: \"../mine\"");
    }
}
