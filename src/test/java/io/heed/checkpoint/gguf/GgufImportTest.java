package io.heed.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.checkpoint.Safetensors;
import io.heed.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Folders that are made of GGUF files; make_gguf_models.py made those, and says of where the numbers come from. */
class GgufImportTest {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures/gguf/models");

    @TempDir
    private Path folder;

    private static JsonNode json(Path file) throws IOException {
        return JsonMapper.shared().readTree(Files.readString(file));
    }

    private Path imported(String kind) {
        Path made = folder.resolve(kind);
        assertThat(new GgufImport(FIXTURES.resolve(kind + ".gguf")).write(made, "about it"))
                .isTrue();
        return made;
    }

    private static String hash(ByteBuffer bytes) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(bytes.duplicate());
        return HexFormat.of().formatHex(digest.digest());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "qwen2", "qwen3"})
    void a_folder_has_the_tensors_and_the_shape_that_transformers_finds(String kind) throws Exception {
        Path made = imported(kind);
        JsonNode expected = json(FIXTURES.resolve(kind + ".json"));
        Map<String, String> hashes = new LinkedHashMap<>();
        for (Map.Entry<String, Safetensors.StoredArray> tensor :
                Safetensors.read(made.resolve("model.safetensors")).entrySet()) {
            hashes.put(tensor.getKey(), hash(tensor.getValue().bytes()));
        }
        Map<String, String> tensors = new LinkedHashMap<>();
        expected.path("tensors")
                .properties()
                .forEach(
                        tensor -> tensors.put(tensor.getKey(), tensor.getValue().asString()));
        assertThat(hashes).containsExactlyInAnyOrderEntriesOf(tensors);
        JsonNode config = json(made.resolve("config.json"));
        expected.path("config")
                .properties()
                .forEach(key ->
                        assertThat(config.path(key.getKey())).as(key.getKey()).isEqualTo(key.getValue()));
        assertThat(config.path("model_type").asString()).isEqualTo(kind);
        assertThat(made.resolve("README.md")).hasContent("about it");
    }

    /** Of those that transformers cuts in the same way, its ids; else those of the steps in the models' own tokenizer.json. */
    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "qwen2", "qwen3", "smollm", "llama-bpe"})
    void a_tokenizer_cuts_texts_as_the_models_own_does(String kind) throws IOException {
        JsonNode tokens = json(FIXTURES.resolve("tokens.json"));
        String json = GgufTokenizer.json(
                        GgufFile.open(FIXTURES.resolve(kind + ".gguf")).metadata())
                .toString();
        try (Tokenizer tokenizer = Tokenizer.of(json, kind)) {
            IntStream.range(0, tokens.path("texts").size()).forEach(i -> {
                String text = tokens.path("texts").get(i).asString();
                long[] ids = LongStream.range(
                                0, tokens.path("ids").path(kind).get(i).size())
                        .map(at -> tokens.path("ids")
                                .path(kind)
                                .get(i)
                                .get((int) at)
                                .asLong())
                        .toArray();
                assertThat(tokenizer.encode(text).ids()).as(text).isEqualTo(ids);
            });
        }
    }

    @Test
    void a_tokenizer_of_scores_gives_back_the_text() {
        String json = GgufTokenizer.json(
                        GgufFile.open(FIXTURES.resolve("llama.gguf")).metadata())
                .toString();
        try (Tokenizer tokenizer = Tokenizer.of(json, "llama")) {
            for (String text : new String[] {"the cat sat", "naïve 東京 🐈", "  two  spaces\n"}) {
                assertThat(tokenizer.decode(tokenizer.encode(text).ids())).isEqualTo(text);
            }
        }
    }

    @Test
    void what_a_tokenizer_needs_besides_stands_in_its_neighbours() throws IOException {
        Path made = imported("llama");
        JsonNode settings = json(made.resolve("tokenizer_config.json"));
        assertThat(settings.path("bos_token").asString()).isEqualTo("<s>");
        assertThat(settings.path("eos_token").asString()).isEqualTo("</s>");
        assertThat(settings.path("unk_token").asString()).isEqualTo("<unk>");
        assertThat(settings.path("chat_template").asString()).isEqualTo("{{ messages[0].content }}");
        assertThat(json(made.resolve("generation_config.json")).toString())
                .isEqualTo("{\"bos_token_id\":1,\"eos_token_id\":2}");
    }

    @Test
    void a_model_that_is_imported_opens() {
        try (LanguageModel model = ModelFolder.read(imported("gpt2"), Device.cpu())) {
            assertThat(model.transformer().config().layers()).isEqualTo(2);
            assertThat(model.encode("the cat").ids()).isNotEmpty();
        }
    }

    @Test
    void a_file_that_is_damaged_leaves_no_folder() throws IOException {
        byte[] bytes = Files.readAllBytes(FIXTURES.resolve("qwen3.gguf"));
        Path file = folder.resolve("nan.gguf");
        GgufTensor tensor = GgufFile.open(FIXTURES.resolve("qwen3.gguf")).tensor("blk.1.ffn_up.weight");
        ByteBuffer.wrap(bytes).putInt((int) tensor.start(), 0x0000C07F); // NaN, little-endian
        Files.write(file, bytes);
        assertThatThrownBy(() -> new GgufImport(file).write(folder.resolve("made"), ""))
                .isInstanceOf(HeedException.class)
                .hasMessage("%s: the tensor blk.1.ffn_up.weight has NaN near its number 0", file);
        assertThat(folder.resolve("made")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            general.architecture | falcon | the key general.architecture is "falcon", and Heed reads gpt2, llama, qwen2, qwen3
            tokenizer.ggml.model | t5     | the key tokenizer.ggml.model is "t5", and Heed reads gpt2 and llama
            tokenizer.ggml.pre   | tekken | the key tokenizer.ggml.pre is "tekken", and Heed reads gpt-2, default,
            qwen2.rope.kind      | new    | the key qwen2.rope.kind is "new", which is not supported
            qwen2.rope.scaling.type | longrope | the key qwen2.rope.scaling.type is "longrope", and Heed reads none, linear and yarn
            """)
    void what_would_change_the_result_is_refused_by_name(String key, String value, String message) {
        GgufFile whole = GgufFile.open(FIXTURES.resolve("qwen2.gguf"));
        Map<String, GgufMetadata.Value> keys =
                new LinkedHashMap<>(whole.metadata().values());
        keys.put(key, GgufMetadata.Value.of(value));
        Path file = folder.resolve("changed.gguf");
        write(file, keys, whole);
        assertThatThrownBy(() -> new GgufImport(file).write(folder.resolve("made"), ""))
                .isInstanceOf(HeedException.class)
                .hasMessageContaining(message);
        assertThat(folder.resolve("made")).doesNotExist();
    }

    /** transformers 4.52 divides by the ratio of the contexts, 4.57 and 5 by the factor. */
    @ParameterizedTest
    @CsvSource({"12, true", "24, true", "16, false"})
    void yarn_is_read_where_all_versions_of_transformers_compute_the_same(int original, boolean read)
            throws IOException {
        GgufFile whole = GgufFile.open(FIXTURES.resolve("qwen2.gguf")); // its context is 24
        Map<String, GgufMetadata.Value> keys =
                new LinkedHashMap<>(whole.metadata().values());
        keys.put("qwen2.rope.scaling.type", GgufMetadata.Value.of("yarn"));
        keys.put("qwen2.rope.scaling.factor", GgufMetadata.Value.of(2f));
        keys.put("qwen2.rope.scaling.original_context_length", GgufMetadata.Value.of(original));
        Path file = folder.resolve("yarn.gguf");
        write(file, keys, whole);
        if (read) {
            new GgufImport(file).write(folder.resolve("made"), "");
            JsonNode scaling = json(folder.resolve("made/config.json")).path("rope_scaling");
            assertThat(scaling.path("rope_type").asString()).isEqualTo("yarn");
            assertThat(scaling.path("factor").doubleValue()).isEqualTo(2);
            assertThat(scaling.path("original_max_position_embeddings").asInt(24))
                    .isEqualTo(original);
        } else {
            assertThatThrownBy(() -> new GgufImport(file))
                    .isInstanceOf(HeedException.class)
                    .hasMessageStartingWith(file + ": the key qwen2.rope.scaling.factor is 2.0, not the ratio of ");
        }
    }

    @Test
    void a_shape_that_the_keys_do_not_tell_of_is_named() {
        GgufFile whole = GgufFile.open(FIXTURES.resolve("qwen2.gguf"));
        Map<String, GgufMetadata.Value> keys =
                new LinkedHashMap<>(whole.metadata().values());
        keys.put("qwen2.feed_forward_length", GgufMetadata.Value.of(33));
        Path file = folder.resolve("changed.gguf");
        write(file, keys, whole);
        assertThatThrownBy(() -> new GgufImport(file))
                .hasMessage(
                        "%s: the tensor blk.0.ffn_gate.weight has shape [32, 16] where the keys make it [33, 16]",
                        file);
        keys.put("qwen2.block_count", GgufMetadata.Value.of(Integer.MAX_VALUE));
        write(file, keys, whole);
        assertThatThrownBy(() -> new GgufImport(file)).hasMessageContaining("has 2147483647 layers and only ");
    }

    /** Writes a file's tensors as float32, with other keys. */
    private static void write(Path to, Map<String, GgufMetadata.Value> keys, GgufFile file) {
        try (TensorReader reader = new TensorReader(file.file())) {
            GgufWriter.write(
                    to,
                    keys,
                    file.tensors().values().stream()
                            .map(tensor -> new GgufWriter.NewTensor(
                                    tensor.name(),
                                    TensorType.F32,
                                    tensor.shape(),
                                    (from, out) -> reader.read(tensor, from, out)))
                            .toList());
        }
    }
}
