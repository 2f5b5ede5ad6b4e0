package io.heed.cli;

import static io.heed.cli.Program.assertFails;
import static io.heed.cli.Program.assertMisused;
import static io.heed.cli.Program.heed;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** GGUF files the way a user has them: imported, read, exported. */
class GgufCommandsTest {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures/gguf/models");

    @TempDir
    private Path folder;

    private String run(String... arguments) {
        Program.Ran ran = heed(arguments);
        assertThat(ran.code()).as(ran.err()).isZero();
        return ran.out();
    }

    private String imported(Path file, String name) {
        run("import", file.toString(), "--as", name, "--models", folder.toString());
        return folder.resolve(name).toString();
    }

    @Test
    void a_file_becomes_a_model_that_the_commands_read_and_goes_back() {
        String model = imported(FIXTURES.resolve("gpt2.gguf"), "gpt2");
        String said = run("predict", model, "the cat", "--json");
        Path file = folder.resolve("back.gguf");
        assertThat(run("export", model, "--format", "gguf", "--out", file.toString()))
                .startsWith(file + ": ")
                .endsWith("bytes (gguf, f32)" + System.lineSeparator());
        assertThat(run("predict", imported(file, "again"), "the cat", "--json").replace("/again", "/gpt2"))
                .isEqualTo(said);
    }

    @Test
    void a_file_that_is_none_or_a_type_that_is_not_written_is_refused() {
        String keys = "src/test/resources/fixtures/gguf/keys.gguf";
        assertFails(
                heed("import", keys, "--as", "a", "--models", folder.toString()),
                keys + ": the key general.architecture is \"test\", and Heed reads gpt2, llama, qwen2, qwen3");
        assertMisused(heed("export", "models/toy", "--out", "x.gguf", "--type", "q4_0"), "--type");
        assertMisused(heed("export", "models/toy"), "--out");
        assertMisused(heed("export", "models/toy", "--out", "x.bin"), "--out: x.bin: a GGUF file is written as .gguf");
    }

    @Test
    void a_file_that_is_missing_or_empty_is_refused_as_a_file() throws IOException {
        Path missing = folder.resolve("missing.gguf");
        assertFails(
                heed("import", missing.toString(), "--as", "a", "--models", folder.toString()),
                missing + " does not exist; name a GGUF file");
        Path empty = Files.createFile(folder.resolve("empty.GGUF"));
        assertFails(
                heed("import", empty.toString(), "--as", "a", "--models", folder.toString()),
                empty.toString(),
                "its 0 bytes are too few for a header");
        String file = FIXTURES.resolve("gpt2.gguf").toString();
        assertFails(
                heed("predict", file, "the cat"),
                file + " is a GGUF file; make a model folder of it with heed import " + file + " --as NAME");
    }

    @Test
    void a_file_whose_folder_could_not_be_opened_leaves_none() throws IOException {
        byte[] bytes = Files.readAllBytes(FIXTURES.resolve("gpt2.gguf"));
        String key = "gpt2.attention.layer_norm_epsilon";
        int at = new String(bytes, ISO_8859_1).indexOf(key) + key.length() + Integer.BYTES; // after the value's type
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(at, 5);
        Path file = Files.write(folder.resolve("large.gguf"), bytes);
        assertFails(
                heed("import", file.toString(), "--as", "a", "--models", folder.toString()), "layer_norm_epsilon", "5");
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
    }

    @Test
    void a_tokenizer_of_words_is_refused_with_the_way_out() {
        Path file = folder.resolve("toy.gguf");
        assertFails(heed("export", "models/toy", "--out", file.toString()), "is not byte-level BPE", "--no-tokenizer");
        assertThat(file).doesNotExist();
    }
}
