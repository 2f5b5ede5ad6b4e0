package io.heed.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import io.heed.checkpoint.ChatTemplates;
import io.heed.checkpoint.ModelFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
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
        assertThat(ChatTemplates.of(ModelFolder.json(back.resolve("tokenizer_config.json")))
                        .byName())
                .isEqualTo(Map.of("default", "usual", "tool_use", "tools"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "hidden_act" : "silu"   | "hidden_act" : "gelu"      | hidden_act is "gelu", which a GGUF file of qwen2 cannot express
            "rope_scaling" : null   | "rope_scaling" : {"rope_type": "llama3"} | rope_scaling is {"rope_type":"llama3"}, which a GGUF file
            "model_type" : "qwen2"  | "model_type" : "gpt_neox"  | model_type "gpt_neox" cannot be written as GGUF; gpt2, llama, qwen2, qwen3 can
            "intermediate_size" : 32 | "intermediate_size" : 33  | has shape [32, 16] where config.json makes its shape [33, 16]
            """)
    void what_a_file_has_no_key_for_is_refused(String from, String to, String message) throws IOException {
        Path made = imported("qwen2");
        Path config = made.resolve("config.json");
        String text = Files.readString(config, StandardCharsets.UTF_8);
        assertThat(text).contains(from);
        Files.writeString(config, text.replace(from, to));
        Path file = folder.resolve("qwen2.gguf");
        assertThatThrownBy(() -> new GgufExport(made).write(file, TensorType.F32, true))
                .isInstanceOf(HeedException.class)
                .hasMessageContaining(message);
        assertThat(file).doesNotExist();
    }
}
