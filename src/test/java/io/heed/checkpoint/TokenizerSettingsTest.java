package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.heed.SmallFile;
import io.heed.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A tokenizer_config.json beside a tokenizer.json changes how texts are cut, as in transformers. */
class TokenizerSettingsTest {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures");

    @TempDir
    private Path folder;

    private static JsonNode json(String file) throws IOException {
        return JsonMapper.shared().readTree(Files.readString(FIXTURES.resolve(file)));
    }

    private void write(String kind, boolean prefix, JsonNode settings) throws IOException {
        JsonNode root = json(kind.equals("bpe") ? "bpe/tokenizer.json" : "tokenizers/" + kind + ".json");
        if (prefix) {
            ((ObjectNode) root.path("pre_tokenizer")).put("add_prefix_space", true);
        }
        Files.writeString(folder.resolve("tokenizer.json"), root.toString());
        Files.writeString(folder.resolve("tokenizer_config.json"), settings.toString());
    }

    /** Made by make_tokenizer_settings.py. */
    @Test
    void texts_are_cut_as_by_transformers() throws IOException {
        JsonNode samples = json("tokenizers/settings.json");
        assertThat(samples.size()).isEqualTo(88);
        for (JsonNode sample : samples) {
            write(sample.path("kind").asString(), sample.path("prefix").booleanValue(), sample.path("settings"));
            try (Tokenizer tokenizer = TokenizerFiles.read(folder)) {
                assertThat(tokenizer.encode(sample.path("text").asString()).ids())
                        .as(sample.toString())
                        .isEqualTo(StreamSupport.stream(sample.path("ids").spliterator(), false)
                                .mapToLong(JsonNode::asLong)
                                .toArray());
            }
        }
    }

    @Test
    void the_space_before_a_text_is_kept_on_writing() throws IOException {
        write("bpe", false, JsonMapper.shared().readTree("{\"add_prefix_space\": true}"));
        Path written = folder.resolve("written");
        try (LanguageModel model = TinyModels.with(TokenizerFiles.read(folder))) {
            ModelFolder.write(written, model, "");
            try (LanguageModel read = ModelFolder.read(written, Device.cpu())) {
                assertThat(read.encode("the cat").ids())
                        .isEqualTo(model.encode(" the cat").ids());
            }
        }
    }

    @Test
    void a_tokenizer_json_beside_it_may_be_longer_than_small_files() throws IOException {
        write("bpe", false, JsonMapper.shared().readTree("{\"add_prefix_space\": true}"));
        Files.writeString(folder.resolve("tokenizer.json"), " ".repeat(SmallFile.LIMIT), StandardOpenOption.APPEND);
        try (Tokenizer tokenizer = TokenizerFiles.read(folder)) {
            assertThat(tokenizer.encode("the cat").ids())
                    .isEqualTo(tokenizer.encode(" the cat").ids());
        }
    }
}
