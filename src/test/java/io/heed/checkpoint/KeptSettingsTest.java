package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.heed.HeedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a folder's files say to other programs is still said by the folder that is written of it. Which file goes before which is that of
 * transformers 4.52 (tokenization_utils_base.py, {@code _from_pretrained}).
 */
class KeptSettingsTest {

    @TempDir
    private Path temporary;

    private Path folder;

    @BeforeEach
    void model() {
        folder = temporary.resolve("given");
        try (LanguageModel model = TinyModels.words()) {
            ModelFolder.write(folder, model, "");
        }
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    private void given(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.resolveSibling(""));
        Files.writeString(path, text);
    }

    /** A file of the folder that is written of the model. */
    private JsonNode written(String file) throws IOException {
        Path written = temporary.resolve("written");
        try (LanguageModel model = ModelFolder.read(folder, Device.cpu())) {
            ModelFolder.write(written, model, "");
        }
        return json(Files.readString(written.resolve(file)));
    }

    @Test
    void settings_of_the_tokenizer_are_kept_and_those_that_Heed_decides_are_its_own() throws IOException {
        given("tokenizer_config.json", """
                {"tokenizer_class": "LlamaTokenizerFast", "add_prefix_space": null, "auto_map": {"AutoTokenizer": "x.py"},
                 "bos_token": null, "pad_token": {"content": "[UNK]", "lstrip": false}, "additional_special_tokens": ["the"],
                 "chat_template": "{{ messages[0].content }}", "clean_up_tokenization_spaces": true, "padding_side": "left",
                 "model_max_length": 1e30, "added_tokens_decoder": {}}
                """);
        JsonNode made = written("tokenizer_config.json");
        assertThat(made.path("bos_token").isNull()).isTrue();
        assertThat(made.path("pad_token").path("content").asString()).isEqualTo("[UNK]");
        assertThat(made.path("additional_special_tokens")).isEqualTo(json("[\"the\"]"));
        assertThat(made.path("chat_template").asString()).isEqualTo("{{ messages[0].content }}");
        assertThat(made.path("clean_up_tokenization_spaces").booleanValue()).isTrue();
        assertThat(made.path("padding_side").asString()).isEqualTo("left");
        assertThat(made.path("tokenizer_class").asString()).isEqualTo("PreTrainedTokenizerFast");
        assertThat(made.path("model_max_length").intValue()).isLessThan(1000);
        assertThat(made.has("auto_map")).isFalse();
    }

    @Test
    void templates_in_files_replace_those_of_the_settings() throws IOException {
        given("tokenizer_config.json", "{\"chat_template\": \"old\"}");
        given("chat_template.jinja", "{{ first }}\r\n{{ second }}\r");
        assertThat(written("tokenizer_config.json").path("chat_template").asString())
                .isEqualTo("{{ first }}\n{{ second }}\n");
        given("additional_chat_templates/tools.jinja", "{{ tools }}");
        given("additional_chat_templates/README.md", "none");
        assertThat(written("tokenizer_config.json").path("chat_template")).isEqualTo(json("""
                [{"name": "default", "template": "{{ first }}\\n{{ second }}\\n"}, {"name": "tools", "template": "{{ tools }}"}]
                """));
    }

    @Test
    void a_list_of_templates_stays_one() throws IOException {
        String list = "[{\"name\":\"default\",\"template\":\"a\"},{\"name\":\"rag\",\"template\":\"b\"}]";
        given("tokenizer_config.json", "{\"chat_template\": " + list + "}");
        JsonNode made = written("tokenizer_config.json").path("chat_template");
        assertThat(made).isEqualTo(json(list));
        assertThat(ChatTemplates.of(json("{\"chat_template\": " + list + "}")).json())
                .isEqualTo(made);
    }

    @Test
    void a_map_of_special_tokens_counts_where_the_settings_list_no_added_tokens() throws IOException {
        given("special_tokens_map.json", """
                {"pad_token": "[PAD]", "additional_special_tokens": ["sat", "mat"]}
                """);
        given("tokenizer_config.json", """
                {"pad_token": "[UNK]", "additional_special_tokens": ["the", "sat"]}
                """);
        JsonNode made = written("tokenizer_config.json");
        assertThat(made.path("pad_token").asString()).isEqualTo("[PAD]");
        assertThat(made.path("additional_special_tokens")).isEqualTo(json("[\"the\", \"sat\", \"mat\"]"));
        assertThat(Files.readString(temporary.resolve("written/tokenizer.json")))
                .contains("\"[PAD]\"");
        given("tokenizer_config.json", """
                {"pad_token": "[UNK]", "added_tokens_decoder": {}}
                """);
        made = written("tokenizer_config.json");
        assertThat(made.path("pad_token").asString()).isEqualTo("[UNK]");
        assertThat(made.has("additional_special_tokens")).isFalse();
    }

    @Test
    void how_texts_are_generated_is_kept_and_the_ids_are_those_that_were_read() throws IOException {
        given("generation_config.json", """
                {"_from_model_config": true, "transformers_version": "4.0.0", "do_sample": true, "temperature": 0.2, "top_p": 0.9,
                 "eos_token_id": [1, 2], "pad_token_id": 1}
                """);
        assertThat(written("generation_config.json")).isEqualTo(json("""
                {"bos_token_id": null, "eos_token_id": [1, 2], "pad_token_id": 1, "do_sample": true, "temperature": 0.2, "top_p": 0.9}
                """));
    }

    @Test
    void a_template_that_is_no_text_is_named() throws IOException {
        Files.write(folder.resolve("chat_template.jinja"), new byte[] {(byte) 0xFF});
        assertThatThrownBy(() -> ModelFolder.read(folder, Device.cpu()))
                .isInstanceOf(HeedException.class)
                .hasMessage("%s is not text in UTF-8", folder.resolve("chat_template.jinja"));
    }
}
