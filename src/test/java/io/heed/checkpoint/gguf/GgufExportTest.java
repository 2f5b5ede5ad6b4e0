package io.heed.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.heed.HeedException;
import io.heed.checkpoint.ChatTemplates;
import io.heed.checkpoint.JsonFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * GGUF files that are made of folders. The folders are made of the files that make_gguf_models.py wrote with the gguf package, so what is
 * written has to be what that package wrote.
 */
class GgufExportTest {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures/gguf/models");

    @TempDir
    private Path folder;

    private Path imported(String kind) {
        Path made = folder.resolve(kind);
        new GgufImport(FIXTURES.resolve(kind + ".gguf")).write(made, "");
        return made;
    }

    private Path exported(String kind, TensorType type, boolean tokenizer) {
        Path file = folder.resolve(kind + ".gguf");
        new GgufExport(imported(kind)).write(file, type, tokenizer);
        return file;
    }

    private static ByteBuffer numbers(GgufFile file, String name) {
        GgufTensor tensor = file.tensor(name);
        ByteBuffer numbers = ByteBuffer.allocate((int) tensor.numbers() * Float.BYTES);
        try (TensorReader reader = new TensorReader(file.file())) {
            reader.read(tensor, 0, numbers);
        }
        return numbers.flip();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "qwen2", "qwen3"})
    void tensors_and_shape_are_those_that_python_wrote(String kind) {
        GgufFile written = GgufFile.open(exported(kind, TensorType.F32, false));
        GgufFile expected = GgufFile.open(FIXTURES.resolve(kind + ".gguf"));
        assertThat(written.tensors().keySet())
                .containsExactlyInAnyOrderElementsOf(expected.tensors().keySet());
        for (String name : expected.tensors().keySet()) {
            assertThat(written.tensor(name).shape())
                    .as(name)
                    .isEqualTo(expected.tensor(name).shape());
            assertThat(numbers(written, name)).as(name).isEqualTo(numbers(expected, name));
        }
        for (String key : expected.metadata().keys()) {
            if (key.startsWith(kind + ".")) {
                assertThat(written.metadata().values().get(key))
                        .as(key)
                        .isEqualTo(expected.metadata().values().get(key));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "qwen2", "qwen3"})
    void a_tokenizer_is_the_one_that_the_folder_was_made_of(String kind) {
        GgufMetadata written =
                GgufFile.open(exported(kind, TensorType.F32, true)).metadata();
        GgufMetadata expected = GgufFile.open(FIXTURES.resolve(kind + ".gguf")).metadata();
        assertThat(written.texts(GgufVocabulary.TOKENS)).isEqualTo(expected.texts(GgufVocabulary.TOKENS));
        assertThat(written.texts(GgufVocabulary.MERGES)).isEqualTo(expected.texts(GgufVocabulary.MERGES));
        for (String key : expected.keys()) {
            boolean alone = !key.endsWith("tokens") && !key.endsWith("merges") && !key.endsWith("token_type");
            if (key.startsWith("tokenizer.") && alone) {
                assertThat(written.values().get(key))
                        .as(key)
                        .isEqualTo(expected.values().get(key));
            }
        }
        assertThat(GgufTokenizer.json(written)).isEqualTo(GgufTokenizer.json(expected));
    }

    @Test
    void norms_biases_positions_and_rows_of_no_whole_blocks_are_not_q8_0() {
        GgufFile written = GgufFile.open(exported("gpt2", TensorType.Q8_0, true));
        assertThat(written.tensor("blk.0.ffn_down.weight").type()).isEqualTo(TensorType.Q8_0); // rows of 64
        assertThat(written.tensor("blk.0.ffn_up.weight").type()).isEqualTo(TensorType.F16); // rows of 16
        assertThat(written.tensor("position_embd.weight").type()).isEqualTo(TensorType.F32);
        assertThat(written.tensor("blk.0.attn_norm.weight").type()).isEqualTo(TensorType.F32);
        assertThat(written.metadata().positive("general.file_type")).isEqualTo(7);
    }

    @Test
    void a_tokenizer_that_has_no_words_in_a_file_is_refused_and_can_be_left_out() {
        GgufExport export = new GgufExport(imported("llama"));
        Path file = folder.resolve("llama.gguf");
        assertThatThrownBy(() -> export.write(file, TensorType.F32, true))
                .isInstanceOf(HeedException.class)
                .hasMessageEndingWith("tokenizer.json is not byte-level BPE, the only kind that can be written as GGUF;"
                        + " train with tokenizer.type: bpe, or leave the tokenizer out with --no-tokenizer");
        assertThat(file).doesNotExist();
        export.write(file, TensorType.F32, false);
        assertThat(GgufFile.open(file).metadata().text(GgufVocabulary.MODEL)).isEqualTo("none");
    }

    /** The keys are those of the gguf package (gguf-py/gguf/gguf_writer.py, add_chat_template). */
    @Test
    void chat_templates_go_both_ways_by_their_names() throws IOException {
        Path made = imported("qwen2");
        Files.writeString(made.resolve("chat_template.jinja"), "usual");
        Files.createDirectory(made.resolve("additional_chat_templates"));
        Files.writeString(made.resolve("additional_chat_templates/tool-use.jinja"), "tools");
        Path file = folder.resolve("templates.gguf");
        new GgufExport(made).write(file, TensorType.F32, true);
        GgufMetadata keys = GgufFile.open(file).metadata();
        assertThat(keys.text("tokenizer.chat_template")).isEqualTo("usual");
        assertThat(keys.texts("tokenizer.chat_templates")).containsExactly("tool_use");
        assertThat(keys.text("tokenizer.chat_template.tool_use")).isEqualTo("tools");
        Path back = folder.resolve("back");
        new GgufImport(file).write(back, "");
        assertThat(ChatTemplates.of(JsonFile.small(back.resolve("tokenizer_config.json")))
                        .byName())
                .isEqualTo(Map.of("default", "usual", "tool_use", "tools"));
    }

    @Test
    void another_kind_of_model_and_a_factor_of_the_scores_are_refused() {
        Path neox = Path.of("src/test/resources/fixtures/families/gpt_neox/half");
        assertThatThrownBy(() -> new GgufExport(neox))
                .isInstanceOf(HeedException.class)
                .hasMessage(
                        "%s: model_type \"gpt_neox\" cannot be written as GGUF; gpt2, llama, qwen2, qwen3 can", neox);
        Path scaled = Path.of("src/test/resources/fixtures/variants/scaled");
        assertThatThrownBy(() -> new GgufExport(scaled))
                .isInstanceOf(HeedException.class)
                .hasMessageStartingWith(scaled + ": its scores have a factor (scale_attn_weights,");
    }

    /** The keys that transformers 5 writes say the same as those of transformers 4. */
    @Test
    void newer_keys_of_rotary_positions_are_written() throws IOException {
        Path made = imported("qwen2");
        Path config = made.resolve("config.json");
        String text = Files.readString(config, StandardCharsets.UTF_8);
        assertThat(text).contains("\"rope_theta\" : 5000.0");
        Files.writeString(
                config,
                text.replace(
                        "\"rope_theta\" : 5000.0",
                        "\"rope_parameters\" : {\"rope_theta\": 700, \"rope_type\": \"linear\", \"factor\": 2}"));
        Path file = folder.resolve("newer.gguf");
        new GgufExport(made).write(file, TensorType.F32, false);
        GgufMetadata keys = GgufFile.open(file).metadata();
        assertThat(keys.number("qwen2.rope.freq_base")).contains(700.0);
        assertThat(keys.text("qwen2.rope.scaling.type")).isEqualTo("linear");
        assertThat(keys.number("qwen2.rope.scaling.factor")).contains(2.0);
    }

    @Test
    void a_llama3_scaling_goes_both_ways_as_a_tensor() throws IOException {
        Path made = imported("llama");
        Path config = made.resolve("config.json");
        String scaling = """
                "rope_scaling" : {"rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4,
                                  "original_max_position_embeddings": 512},
                """;
        Files.writeString(config, Files.readString(config).replace("\"hidden_size\"", scaling + "\"hidden_size\""));
        Path file = folder.resolve("scaled.gguf");
        new GgufExport(made).write(file, TensorType.Q8_0, false);
        GgufFile written = GgufFile.open(file);
        assertThat(written.tensor(RotaryFactors.TENSOR).type()).isEqualTo(TensorType.F32);
        // speeds 1 and 5000^(-1/2); 512 positions are 81.5 turns of the first pair and 1.152 of the second
        float between = (float) (1 / ((1 - 0.152408 / 3) / 8 + 0.152408 / 3));
        FloatBuffer factors = numbers(written, RotaryFactors.TENSOR)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        assertThat(factors.get(0)).isEqualTo(1);
        assertThat(factors.get(1)).isCloseTo(between, within(1e-4f));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "hidden_act" : "silu"   | "hidden_act" : "gelu"      | activation is gelu, which a GGUF file of qwen2 cannot express
            "rope_theta" : 5000.0   | "rope_theta" : 5000.0, "rope_scaling" : {"rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4, "original_max_position_embeddings": 8} | rope_scaling is Llama3[factor=8.0, low=1.0, high=4.0, context=8.0], which a GGUF
            "rope_theta" : 5000.0   | "rope_theta" : 5000.0, "rope_scaling" : {"rope_type": "yarn", "factor": 2, "truncate": false} | rope_scaling is Yarn[factor=2.0, betaFast=32.0, betaSlow=1.0, context=24.0, truncate=false, attentionFactor=1.0693147180559945], which a GGUF
            "use_sliding_window" : false | "use_sliding_window" : true, "max_window_layers": 1 | window is 4, which a GGUF file of qwen2 cannot express
            "intermediate_size" : 32 | "intermediate_size" : 33  | has shape [32, 16] where config.json makes its shape [33, 16]
            """)
    void what_a_file_has_no_key_for_is_refused(String from, String to, String message) throws IOException {
        Path made = imported("qwen2");
        Path config = made.resolve("config.json");
        String text = Files.readString(config, StandardCharsets.UTF_8);
        assertThat(text).contains(from);
        Files.writeString(
                config, text.replace(from, to).replace("\"sliding_window\" : null", "\"sliding_window\" : 4"));
        Path file = folder.resolve("qwen2.gguf");
        assertThatThrownBy(() -> new GgufExport(made).write(file, TensorType.F32, true))
                .isInstanceOf(HeedException.class)
                .hasMessageContaining(message);
        assertThat(file).doesNotExist();
    }
}
