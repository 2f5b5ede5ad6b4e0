package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.heed.AtomicFile;
import io.heed.HeedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Model folders: what is written is read back, and errors name the broken file. */
class ModelFolderTest {

    private static final String TEXT = "the cat sat on the";

    @TempDir
    private Path folder;

    private float[] logits;

    @BeforeEach
    void write() {
        try (LanguageModel model = TinyModels.words()) {
            logits = logits(model);
            ModelFolder.write(folder, model, "a model to test with");
        }
    }

    private static float[] logits(LanguageModel model) {
        try (NDManager reading = model.newReading()) {
            return model.read(reading, model.encode(TEXT).ids(), null).toFloatArray();
        }
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    @Test
    void with_an_encoder_gives_the_same_logits_and_only_translates(@TempDir Path other) throws IOException {
        List<long[]> sources = List.of(new long[] {1, 4, 5}, new long[] {1, 6});
        List<long[]> targets = List.of(new long[] {1, 7}, new long[] {1, 8});
        try (LanguageModel model = TinyModels.translator();
                NDManager reading = model.newReading()) {
            ModelFolder.write(other, model, "");
            try (LanguageModel read = ModelFolder.readTranslator(other, Device.cpu());
                    NDManager again = read.newReading()) {
                assertThat(read.read(again, sources, targets, null).toFloatArray())
                        .containsExactly(
                                model.read(reading, sources, targets, null).toFloatArray(), within(1e-4f));
            }
        }
        assertThat(other.resolve("config.json")).content().contains("HeedEncoderDecoderModel");
        assertThatThrownBy(() -> ModelFolder.read(other, Device.cpu()))
                .hasMessage("%s translates and does not continue texts; run heed translate %s \"…\"", other, other);
        assertThatThrownBy(() -> ModelFolder.readTranslator(folder, Device.cpu()))
                .hasMessage("%s does not translate; it continues texts: run heed predict %s \"…\"", folder, folder);
    }

    @Nested
    class Whole {

        @Test
        void gives_the_same_logits_although_the_embedding_scale_is_folded_in() {
            try (LanguageModel read = ModelFolder.read(folder, Device.cpu())) {
                assertThat(read.transformer().config().embeddingScale()).isEqualTo(1);
                assertThat(logits(read)).containsExactly(logits, within(1e-4f));
            }
        }

        @Test
        void rewritten_keeps_its_weights_to_the_last_bit(@TempDir Path copy) throws IOException {
            try (LanguageModel read = ModelFolder.read(folder, Device.cpu())) {
                ModelFolder.write(copy, read, "");
            }
            assertThat(copy.resolve("model.safetensors")).hasSameBinaryContentAs(file("model.safetensors"));
            String folded = Files.readString(file("config.json"))
                    .replace("\"embedding_scale\" : 4.0", "\"embedding_scale\" : 1.0"); // by now part of the weights
            assertThat(copy.resolve("config.json")).hasContent(folded);
        }

        @Test
        void has_the_names_and_shapes_of_gpt2() {
            Map<String, Safetensors.StoredArray> tensors = Safetensors.read(file("model.safetensors"));
            assertThat(tensors).hasSize(2 + 2 * 12 + 2); // embeddings, two layers of twelve, the final norm
            assertThat(tensors.get("transformer.wpe.weight").shape()).containsExactly(12, 16); // context, width
            assertThat(tensors.get("transformer.h.1.attn.c_attn.weight").shape())
                    .containsExactly(16, 48);
            assertThat(tensors.get("transformer.h.0.mlp.c_proj.weight").shape()).containsExactly(40, 16);
            assertThat(tensors.get("transformer.ln_f.bias").shape()).containsExactly(16);
        }

        @Test
        void has_the_tokenizer_it_was_written_with() {
            try (LanguageModel read = ModelFolder.read(folder, Device.cpu())) {
                assertThat(read.encode("The bird slept").tokens()).containsExactly("[BOS]", "the", "bird", "slept");
            }
        }

        @Test // transformers hands a model what is listed here, else token_type_ids too, of which GPT-2 makes other
        // logits
        void tells_transformers_to_pass_only_ids() throws IOException {
            JsonNode config = JsonMapper.shared().readTree(Files.readString(file("tokenizer_config.json")));
            assertThat(config.path("model_input_names").valueStream().map(JsonNode::asString))
                    .containsExactly("input_ids", "attention_mask");
        }

        @Test
        void may_name_its_weights_without_a_prefix() {
            rewrite(tensors -> {
                Map<String, Safetensors.StoredArray> bare = new LinkedHashMap<>();
                tensors.forEach((name, tensor) -> bare.put(name.substring("transformer.".length()), tensor));
                return bare;
            });
            try (LanguageModel read = ModelFolder.read(folder, Device.cpu())) {
                assertThat(logits(read)).containsExactly(logits, within(1e-4f));
            }
        }
    }

    /** Another model replaces the one there, and the process dies after some of the renames. */
    @Nested
    class Replaced {

        private static final List<String> ORDER =
                List.of("README.md", "tokenizer.json", "config.json", "model.safetensors");

        @BeforeEach
        void another_lies_ready() {
            try (LanguageModel other = TinyModels.characters(TinyModels.TEXT)) {
                ModelFolder.write(file(".incoming"), other, "the other");
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 2, 3})
        void it_is_read_as_the_new_one_wherever_the_process_died(int renames) throws IOException {
            for (String name : ORDER.subList(0, renames)) {
                Files.move(file(".incoming").resolve(name), file(name), StandardCopyOption.REPLACE_EXISTING);
            }
            try (LanguageModel read = ModelFolder.read(folder, Device.cpu())) {
                assertThat(read.tokenizer().vocabulary().id("cat")).isEmpty();
                assertThat(read.tokenizer().vocabulary().id("c")).isPresent();
            }
            assertThat(file("README.md")).hasContent("the other");
            assertThat(file(".incoming")).doesNotExist();
        }

        @Test
        void it_is_read_as_the_old_one_until_the_new_one_is_whole() throws IOException {
            Files.delete(file(".incoming").resolve("model.safetensors"));
            try (LanguageModel read = ModelFolder.read(folder, Device.cpu())) {
                assertThat(logits(read)).containsExactly(logits, within(1e-4f));
            }
        }

        @Test
        void partly_written_files_do_no_harm() throws IOException {
            Path begun = Files.createDirectories(file(".incoming").resolve(".incoming"));
            Files.writeString(begun.resolve(".heed-0123456789abcdef.tmp"), "half");
            try (LanguageModel read = ModelFolder.read(folder, Device.cpu())) {
                assertThat(read.tokenizer().vocabulary().id("c")).isPresent();
            }
            the_next_write_is_not_mixed_with_it();
        }

        @Test
        void the_next_write_removes_partly_written_files() throws IOException {
            Files.delete(file(".incoming").resolve("model.safetensors"));
            Files.writeString(file(".incoming").resolve(".heed-0123456789abcdef.tmp"), "half");
            the_next_write_is_not_mixed_with_it();
            assertThat(file(".incoming")).doesNotExist();
        }

        @Test
        void the_next_write_is_not_mixed_with_it() {
            try (LanguageModel model = TinyModels.words()) {
                ModelFolder.write(folder, model, "the last");
            }
            try (LanguageModel read = ModelFolder.read(folder, Device.cpu())) {
                assertThat(logits(read)).containsExactly(logits, within(1e-4f));
            }
            assertThat(file("README.md")).hasContent("the last");
        }
    }

    @Nested
    class Broken {

        @ParameterizedTest
        @ValueSource(strings = {"config.json", "model.safetensors"})
        void without_one_of_its_files_it_is_not_a_model_folder(String name) throws IOException {
            Files.delete(file(name));
            assertRefused(folder + " is not a model folder: it has no " + name);
        }

        @ParameterizedTest
        @ValueSource(strings = {"config.json", "model.safetensors", "tokenizer.json"})
        void with_one_of_its_files_cut_short_it_names_that_file(String name) throws IOException {
            byte[] bytes = Files.readAllBytes(file(name));
            Files.write(file(name), Arrays.copyOf(bytes, bytes.length / 2));
            assertRefused(file(name).toString());
        }

        @ParameterizedTest
        @ValueSource(strings = {"config.json", "model.safetensors", "tokenizer.json"})
        void with_one_of_its_files_empty_it_names_that_file(String name) throws IOException {
            Files.write(file(name), new byte[0]);
            assertRefused(file(name).toString());
        }

        @ParameterizedTest
        @ValueSource(strings = {"config.json", "tokenizer.json"})
        void with_one_of_its_files_not_utf8_it_names_that_file(String name) throws IOException {
            Files.write(file(name), new byte[] {'{', (byte) 0xff, '}'});
            assertRefused(file(name).toString());
        }

        @Test
        void a_missing_folder_is_named() {
            assertThatThrownBy(() -> ModelFolder.read(file("nowhere"), Device.cpu()))
                    .isInstanceOf(HeedException.class)
                    .hasMessageStartingWith(file("nowhere") + " does not exist; name a model folder");
            assertThatThrownBy(() -> ModelFolder.read(Path.of(""), Device.cpu()))
                    .isInstanceOf(HeedException.class)
                    .hasMessageStartingWith("\"\" is not a folder");
        }

        @Test
        void a_truncated_config_is_refused_with_its_place() throws IOException {
            Files.writeString(file("config.json"), "{\n  \"n_layer\" : ");
            assertRefused(file("config.json") + " is not JSON, line 2, column ");
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                        "model_type" : "gpt2"              | "model_type" : "bert"            | model_type "bert" is not supported
                        "model_type" : "gpt2"              | "x" : 1                           | model_type is missing; Heed reads gpt2
                        "n_head" : 4                       | "n_head" : 3                      | n_head is 3, which does not divide n_embd, 16
                        "n_head" : 4                       | "n_head" : 0                      | n_head is 0, not a positive number
                        "n_head" : 4                       | "x" : 1                           | n_head is missing
                        "n_layer" : 2                      | "n_layer" : "two"                 | n_layer is "two", not a whole number
                        "n_layer" : 2                      | "n_layer" : 2.5                   | n_layer is 2.5, not a whole number
                        "n_positions" : 12                 | "n_positions" : 99999999999       | n_positions is 99999999999, not a whole number
                        "activation_function" : "gelu_new" | "activation_function" : "swish"   | activation_function is "swish", not one of gelu_new
                        "tie_word_embeddings" : true       | "tie_word_embeddings" : "no"      | tie_word_embeddings is "no", not true or false
                        "resid_pdrop" : 0.0                | "resid_pdrop" : 1.5               | resid_pdrop is 1.5, not a number at least 0 and less than 1
                        """)
        void a_config_of_another_model_is_refused(String right, String wrong, String message) throws IOException {
            String config = Files.readString(file("config.json"));
            assertThat(config).contains(right);
            Files.writeString(file("config.json"), config.replace(right, wrong));
            assertRefused(file("config.json") + ": " + message);
        }

        @Test
        void a_config_of_another_shape_than_the_weights_is_refused() throws IOException {
            String config = Files.readString(file("config.json"));
            Files.writeString(file("config.json"), config.replace("\"n_positions\" : 12", "\"n_positions\" : 13"));
            assertRefused(
                    file("model.safetensors") + ": wpe.weight has shape [12, 16] where config.json makes it [13, 16]");
        }

        @Test
        void a_config_with_more_layers_than_weights_is_refused() throws IOException {
            String config = Files.readString(file("config.json"));
            Files.writeString(file("config.json"), config.replace("\"n_layer\" : 2", "\"n_layer\" : 3"));
            assertRefused(file("model.safetensors") + " has no tensor transformer.h.2.");
        }

        @Test
        void a_config_with_fewer_words_than_the_model_is_refused() throws IOException {
            String config = Files.readString(file("config.json"));
            Files.writeString(file("config.json"), config.replaceFirst("\"vocab_size\" : \\d+", "\"vocab_size\" : 5"));
            assertRefused("wte.weight has shape [17, 16] where config.json makes it [5, 16]");
        }

        @ParameterizedTest
        @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
        void a_weight_that_is_not_finite_is_refused(float value) {
            rewrite(tensors -> {
                tensors.get("transformer.ln_f.weight")
                        .bytes()
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putFloat(4 * 5, value);
                return tensors;
            });
            assertRefused(file("model.safetensors") + ": number 5 of ln_f.weight is " + value);
        }

        @Test
        void weights_of_another_type_are_refused() {
            rewrite(tensors -> {
                ByteBuffer longs = ByteBuffer.allocate(8 * 16);
                tensors.put("transformer.ln_f.weight", new Safetensors.StoredArray("I64", new long[] {16}, longs));
                return tensors;
            });
            assertRefused(file("model.safetensors").toString(), "ln_f.weight", "I64");
        }

        @Test
        void a_float64_beyond_float32_is_refused() {
            rewrite(tensors -> {
                ByteBuffer doubles = ByteBuffer.allocate(8 * 16).order(ByteOrder.LITTLE_ENDIAN);
                doubles.putDouble(8 * 3, 1e39);
                tensors.put("transformer.ln_f.weight", new Safetensors.StoredArray("F64", new long[] {16}, doubles));
                return tensors;
            });
            assertRefused(file("model.safetensors") + ": number 3 of ln_f.weight is Infinity");
        }

        private void assertRefused(String... parts) {
            UnreadableFolder.assertRefused(folder, parts);
        }
    }

    /** Rewrites the weights, changed. */
    private void rewrite(UnaryOperator<Map<String, Safetensors.StoredArray>> change) {
        Map<String, Safetensors.StoredArray> tensors = new LinkedHashMap<>();
        Safetensors.read(file("model.safetensors")).forEach((name, tensor) -> {
            ByteBuffer copy = ByteBuffer.allocate(tensor.bytes().remaining());
            copy.put(tensor.bytes().duplicate()).flip();
            tensors.put(name, new Safetensors.StoredArray(tensor.type(), tensor.shape(), copy));
        });
        Map<String, Safetensors.StoredArray> changed = change.apply(tensors);
        try {
            Files.delete(file("model.safetensors"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        AtomicFile.write(file("model.safetensors"), out -> Safetensors.write(out, changed, Map.of()));
    }
}
