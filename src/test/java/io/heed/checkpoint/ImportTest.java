package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.heed.AtomicFile;
import io.heed.model.KeyValueCache;
import io.heed.model.Trace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hugging Face GPT-2 folders of every kind compute what transformers computes; what is not supported is named. */
class ImportTest {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures");

    private static final String KINDS =
            "gpt2, variants/scaled, variants/scaled-by-layer, variants/untied, variants/sharded, variants/bare";

    @TempDir
    private Path folder;

    private static long[][] rows(Safetensors.StoredArray ids) {
        long[] all = ids.longs();
        int columns = (int) ids.shape()[1];
        long[][] rows = new long[(int) ids.shape()[0]][];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = Arrays.copyOfRange(all, row * columns, (row + 1) * columns);
        }
        return rows;
    }

    private static void assertSame(Path model, Map<String, Safetensors.StoredArray> expected) {
        try (LanguageModel read = ModelFolder.read(model, Device.cpu());
                NDManager reading = read.newReading()) {
            long[][] ids = rows(expected.get("input_ids"));
            float[] logits = expected.get("logits").floats();
            assertThat(read.read(reading, ids, null).toFloatArray()).containsExactly(logits, within(1e-4f));
            Trace trace = new Trace();
            assertThat(read.read(reading, ids, trace).toFloatArray()).containsExactly(logits, within(1e-4f));
            for (int layer = 0; layer < trace.layers(); layer++) {
                assertThat(trace.get(layer, Trace.Step.WEIGHTS).toFloatArray())
                        .containsExactly(expected.get("attention." + layer).floats(), within(1e-4f));
            }
            assertGreedy(read, ids[0], expected.get("greedy"));
            int vocabulary = logits.length / ids.length / ids[0].length;
            assertThat(read.resume(trace.get(1, Trace.Step.RESIDUAL_MIDDLE), 1, Trace.Step.RESIDUAL_MIDDLE)[0])
                    .containsExactly(
                            Arrays.copyOfRange(logits, (ids[0].length - 1) * vocabulary, ids[0].length * vocabulary),
                            within(1e-4f));
        }
    }

    private static void assertGreedy(LanguageModel read, long[] row, Safetensors.StoredArray greedy) {
        long[] expected = greedy.longs();
        long[] written = new long[expected.length];
        try (KeyValueCache cache = read.newCache(0)) {
            long[] next = Arrays.copyOf(row, expected.length == 24 ? 8 : 5); // make_fixtures.py, make_variants.py
            for (int i = 0; i < written.length; i++) {
                float[] logits = read.readOn(new long[][] {next}, cache)[0];
                for (int id = 0; id < logits.length; id++) {
                    written[i] = logits[id] > logits[(int) written[i]] ? id : written[i];
                }
                next = new long[] {written[i]};
            }
        }
        assertThat(written).isEqualTo(expected);
    }

    private static Stream<String> kinds() {
        return Stream.of(KINDS.split(", ", -1));
    }

    @Test
    void every_kind_computes_what_transformers_computes() {
        kinds().forEach(kind -> assertSame(
                FIXTURES.resolve(kind), Safetensors.read(FIXTURES.resolve(kind).resolve("expected.safetensors"))));
    }

    @Test
    void every_kind_is_written_as_an_ordinary_folder_that_computes_the_same() {
        kinds().forEach(kind -> {
            Path copy = folder.resolve(kind);
            try (LanguageModel read = ModelFolder.read(FIXTURES.resolve(kind), Device.cpu())) {
                ModelFolder.write(copy, read, "");
            }
            assertThat(copy.resolve("model.safetensors")).exists();
            assertThat(copy.resolve("tokenizer.json")).doesNotExist();
            assertSame(copy, Safetensors.read(FIXTURES.resolve(kind).resolve("expected.safetensors")));
        });
    }

    @Test
    void without_a_tokenizer_it_reads_ids_and_knows_the_end_of_a_text() {
        try (LanguageModel read = ModelFolder.read(FIXTURES.resolve("gpt2"), Device.cpu())) {
            assertThat(read.encoded(new long[] {1, 95}).tokens()).containsExactly("1", "95");
            assertThat(read.tokenizer().sentenceMarks().end()).hasValue(0); // eos_token_id of its config.json
            assertThatThrownBy(() -> read.encode("the cat"))
                    .hasMessage(
                            "the model has no tokenizer.json, nor vocab.json and merges.txt, so it reads only ids; give them to heed predict or heed attention, as in --ids 1,5,9");
            assertThatThrownBy(() -> read.encoded(new long[] {1, 96}))
                    .hasMessage("the id 96 is not in the vocabulary, which has ids from 0 to 95");
        }
    }

    private Path copy(String kind) {
        try (Stream<Path> files = Files.list(FIXTURES.resolve(kind))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return folder;
    }

    private void replaceInConfig(String before, String after) throws IOException {
        Path file = folder.resolve("config.json");
        String config = Files.readString(file);
        assertThat(config).contains(before);
        Files.writeString(file, config.replace(before, after));
    }

    /** With each of these, transformers computes the same from the fixture's ids as without, to 2e-6. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "activation_function": "gelu_new" | "activation_function": "gelu_fast"
            "activation_function": "gelu_new" | "activation_function": "gelu_pytorch_tanh"
            "activation_function": "gelu_new" | "activation_function": "gelu_accurate"
            "activation_function": "gelu_new" | "activation_function": null
            "n_embd": 32                      | "hidden_size": 32
            "n_embd": 32                      | "hidden_size": 32, "n_embd": 768
            "n_layer": 2                      | "num_hidden_layers": 2
            "n_head": 2                       | "n_head": 12, "num_attention_heads": 2
            "n_positions": 48                 | "max_position_embeddings": 48
            "n_inner": null                   | "n_inner": 128
            "n_inner": null,                  |
            "reorder_and_upcast_attn": false  | "reorder_and_upcast_attn": true
            "use_cache": true                 | "n_ctx": 1024, "task_specific_params": {"text-generation": {"do_sample": true}}
            "use_cache": true                 | "pruned_heads": {}, "quantization_config": null
            """)
    void a_configuration_with_equivalent_keys_is_read(String before, String after) throws IOException {
        copy("gpt2");
        replaceInConfig(before, after == null ? "" : after);
        assertSame(folder, Safetensors.read(folder.resolve("expected.safetensors")));
    }

    @Test
    void the_exact_gelu_is_computed_under_its_other_name() throws IOException {
        copy("variants/scaled-by-layer");
        replaceInConfig("\"activation_function\": \"gelu\"", "\"activation_function\": \"gelu_python\"");
        assertSame(folder, Safetensors.read(folder.resolve("expected.safetensors")));
    }

    @Test
    void other_names_are_written_as_gpt2s() throws IOException {
        copy("variants/scaled-by-layer");
        replaceInConfig("\"activation_function\": \"gelu\"", "\"activation_function\": \"gelu_python\"");
        replaceInConfig("n_embd", "hidden_size");
        replaceInConfig("n_layer", "num_hidden_layers");
        replaceInConfig("n_head", "num_attention_heads");
        replaceInConfig("n_positions", "max_position_embeddings");
        Path written = folder.resolve("written");
        try (LanguageModel read = ModelFolder.read(folder, Device.cpu())) {
            ModelFolder.write(written, read, "");
        }
        assertThat(Files.readString(written.resolve("config.json")))
                .contains("\"n_embd\" : 8", "\"n_layer\" : 3", "\"n_head\" : 2", "\"n_positions\" : 16")
                .contains("\"activation_function\" : \"gelu\"")
                .doesNotContain("hidden", "num_", "max_position");
    }

    /** Each float32 weight of the fixture is the nearest float32 to a float64 slightly beside it. */
    @Test
    void float64_becomes_the_nearest_float32_with_a_note() throws IOException {
        Path file = copy("gpt2").resolve("model.safetensors");
        Map<String, Safetensors.StoredArray> doubled = new LinkedHashMap<>(Safetensors.read(file));
        doubled.replaceAll((name, tensor) -> {
            float[] values = tensor.floats();
            ByteBuffer bytes = ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (float value : values) {
                bytes.putDouble(value + 0.4 * Math.ulp(value));
            }
            return new Safetensors.StoredArray("F64", tensor.shape(), bytes.flip());
        });
        try (LanguageModel before = ModelFolder.read(folder, Device.cpu())) {
            AtomicFile.write(file, out -> Safetensors.write(out, doubled, Map.of()));
            try (LanguageModel read = ModelFolder.read(folder, Device.cpu())) {
                assertThat(read.notes()).containsExactly(file + " has float64 weights; they are read as float32");
                assertThat(before.notes()).isEmpty();
                read.transformer()
                        .namedParameters()
                        .forEach((name, parameter) -> assertThat(
                                        parameter.getArray().toFloatArray())
                                .as(name)
                                .isEqualTo(before.numbers()
                                        .of(before.transformer().plan().get(name))));
            }
        }
    }

    @Nested
    class Refused {

        private void assertRefused(String message) {
            UnreadableFolder.assertRefused(folder, message);
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                "model_type": "gpt2"               | "model_type": "bert"             | model_type "bert" is not supported; Heed reads gpt2
                "add_cross_attention": false       | "add_cross_attention": true       | config.json: add_cross_attention is true, which is not supported
                "activation_function": "gelu_new"  | "activation_function": "elu"      | activation_function is "elu", not one of gelu_new, gelu_fast, gelu_pytorch_tanh, gelu_accurate, gelu, gelu_python, relu, silu
                "activation_function": "gelu_new"  | "activation_function": "swish"    | activation_function is "swish", not one of gelu_new
                "activation_function": "gelu_new"  | "activation_function": ["relu"]   | activation_function is ["relu"], not one of gelu_new
                "model_type": "gpt2"               | "model_type": "gpt_neo"           | model_type "gpt_neo" is not supported; Heed reads gpt2
                "model_type": "gpt2"               | "model_type": "opt"               | model_type "opt" is not supported; Heed reads gpt2
                "model_type": "gpt2"               | "model_type": "bert"              | model_type "bert" is not supported; Heed reads gpt2
                "model_type": "gpt2"               | "model": "gpt2"                   | model_type is missing; Heed reads gpt2
                "add_cross_attention": false       | "add_cross_attention": "no"       | add_cross_attention is "no", not true or false
                "use_cache": true                  | "heed": {"positions": "rotary"}   | config.json: heed.positions is "rotary", not one of sinusoidal, learned
                "n_embd": 32                       | "n_embd": 600000000               | n_embd is 600000000, which is too large
                "use_cache": true                  | "pruned_heads": {"0": [1]}        | pruned_heads is {"0":[1]}, which is not supported
                "n_embd": 32                       | "n_embd": 0                       | n_embd is 0, not a positive number
                "n_inner": null                    | "n_inner": -1                     | n_inner is -1, not a positive number
                "n_layer": 2                       | "n_layer": "two"                  | n_layer is "two", not a whole number
                "n_inner": null                    | "n_inner": 64                     | h.0.mlp.c_fc.weight has shape [32, 128] where config.json makes it [32, 64]
                "n_head": 2                        | "n_head": 5                       | n_head is 5, which does not divide n_embd, 32
                "n_head": 2                        | "num_attention_heads": 5          | num_attention_heads is 5, which does not divide n_embd, 32
                "n_embd": 32                       | "hidden_size": 33                 | n_head is 2, which does not divide hidden_size, 33
                "n_layer": 2                       | "n_layer": 2, "num_hidden_layers": null | num_hidden_layers is null, not a whole number
                "activation_function": "gelu_new"  | "activation_function": "quick_gelu" | activation_function is "quick_gelu", not one of gelu_new
                "activation_function": "gelu_new"  | "activation_function": "gelu_10"  | activation_function is "gelu_10", not one of gelu_new
                "tie_word_embeddings": true        | "tie_word_embeddings": 1          | tie_word_embeddings is 1, not true or false
                "tie_word_embeddings": true        | "tie_word_embeddings": false      | has no tensor lm_head.weight
                "layer_norm_epsilon": 1e-05        | "layer_norm_epsilon": "a"         | layer_norm_epsilon is "a", not a number at least 0 and less than 1
                "use_cache": true                  | "quantization_config": {}         | quantization_config is {}, which is not supported; save the model in float32
                "use_cache": true                  | "quantization_config": {"quant_method": "gptq", "bits": 4} | quantization_config is {"quant_method":"gptq","bits":4}, which is
                """)
        void a_configuration_is_refused_by_key_and_value(String before, String after, String message)
                throws IOException {
            copy("gpt2");
            replaceInConfig(before, after);
            assertRefused(message);
        }

        @Test
        void a_tensor_that_gpt2_does_not_have_is_named() throws IOException {
            Path file = copy("gpt2").resolve("model.safetensors");
            Files.write(
                    file,
                    new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                            .replace("transformer.ln_f.bias", "transformer.ln_g.bias")
                            .getBytes(StandardCharsets.ISO_8859_1));
            assertRefused("the tensor ln_g.bias is not supported");
        }

        @ParameterizedTest
        @ValueSource(strings = {"../other.safetensors", "/etc/passwd", "model.bin", ""})
        void an_index_that_names_another_place_is_refused(String place) throws IOException {
            Path file = copy("variants/sharded").resolve("model.safetensors.index.json");
            Files.writeString(file, Files.readString(file).replaceFirst("model-00001[^\"]*", place));
            assertRefused("weight_map has \"%s\" where the name of a safetensors file".formatted(place));
        }

        @Test
        void a_missing_part_is_named() throws IOException {
            Files.delete(copy("variants/sharded").resolve("model-00002-of-00002.safetensors"));
            assertRefused("model-00002-of-00002.safetensors does not exist");
        }

        @ParameterizedTest
        @ValueSource(strings = {"pytorch_model.bin", "model.pt", "weights.pth"})
        void a_pickle_is_refused_with_the_way_to_convert_it(String name) throws IOException {
            Files.move(copy("gpt2").resolve("model.safetensors"), folder.resolve(name));
            Files.delete(folder.resolve("expected.safetensors"));
            assertRefused(name + " is a pickle, a program that would run when it is read; convert it");
            assertThatThrownBy(() -> ModelFolder.read(folder.resolve(name), Device.cpu()))
                    .hasMessageContaining("is a pickle");
        }
    }
}
