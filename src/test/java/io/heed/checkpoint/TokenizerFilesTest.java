package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.heed.HeedException;
import io.heed.text.tokenizer.Encoded;
import io.heed.text.tokenizer.SpecialIds;
import io.heed.text.tokenizer.SpecialIds.InFile;
import io.heed.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The vocab.json and merges.txt of older GPT-2 folders cut text as with GPT2TokenizerFast of transformers. */
class TokenizerFilesTest {

    /** Made by make_vocabulary.py. */
    private static final Path FIXTURE = Path.of("src/test/resources/fixtures/vocabulary");

    private static final int SIZE = 421;

    @TempDir
    private Path folder;

    @BeforeEach
    void copy() throws IOException {
        for (String file : new String[] {"vocab.json", "merges.txt"}) {
            Files.copy(FIXTURE.resolve(file), folder.resolve(file));
        }
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text);
    }

    private static Stream<JsonNode> samples(boolean prefix) throws IOException {
        JsonNode all = JsonMapper.shared().readTree(Files.readString(FIXTURE.resolve("samples.json")));
        return StreamSupport.stream(all.spliterator(), false)
                .filter(sample -> sample.path("prefix").booleanValue() == prefix);
    }

    private static long[] ids(JsonNode sample) {
        return StreamSupport.stream(sample.path("ids").spliterator(), false)
                .mapToLong(JsonNode::asLong)
                .toArray();
    }

    private static void assertSame(Tokenizer tokenizer, JsonNode sample) {
        Encoded encoded = tokenizer.encode(sample.path("text").asString());
        assertThat(encoded.ids()).as(sample.path("text").toString()).isEqualTo(ids(sample));
        assertThat(tokenizer.decode(encoded.ids()))
                .isEqualTo(sample.path("decoded").asString());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void texts_are_encoded_and_decoded_as_by_transformers(boolean prefix) throws IOException {
        if (prefix) {
            write("tokenizer_config.json", "{\"add_prefix_space\": true}");
        }
        try (Tokenizer tokenizer = TokenizerFiles.read(folder)) {
            assertThat(tokenizer.size()).isEqualTo(SIZE);
            assertThat(samples(prefix)).hasSize(10).allSatisfy(sample -> assertSame(tokenizer, sample));
        }
    }

    @Test
    void a_model_reads_them_and_is_written_with_a_tokenizer_json_of_the_same_ids() throws IOException {
        Path written = folder.resolve("written");
        try (LanguageModel model = TinyModels.with(TokenizerFiles.read(folder))) {
            ModelFolder.write(written, model, "");
        }
        for (String file : new String[] {"config.json", "model.safetensors"}) {
            Files.copy(written.resolve(file), folder.resolve(file));
        }
        for (Path model : new Path[] {folder, written}) {
            try (LanguageModel read = ModelFolder.read(model, Device.cpu())) {
                assertThat(samples(false)).allSatisfy(sample -> assertSame(read.tokenizer(), sample));
                assertThat(read.tokenizer().sentenceMarks().end())
                        .hasValue(SIZE - 1); // <|endoftext|>, the last as in GPT-2
            }
        }
    }

    @Test
    void added_tokens_are_kept_whole() throws IOException {
        write("added_tokens.json", "{\"<cat>\": 421}");
        try (Tokenizer tokenizer = TokenizerFiles.read(folder)) {
            assertThat(tokenizer.encode("the<cat>").ids())
                    .isEqualTo(new long[] {257, 421}); // 257: the, in samples.json
        }
    }

    @Test
    void a_tokenizer_json_takes_precedence() throws IOException {
        Files.copy(Path.of("src/test/resources/fixtures/bpe/tokenizer.json"), folder.resolve("tokenizer.json"));
        try (Tokenizer tokenizer = TokenizerFiles.read(folder)) {
            assertThat(tokenizer.size()).isEqualTo(512);
        }
    }

    @Test
    void one_of_the_two_alone_is_not_a_tokenizer() throws IOException {
        Files.delete(folder.resolve("merges.txt"));
        try (Tokenizer tokenizer = TokenizerFiles.read(folder, new SpecialIds(InFile.NONE, InFile.NONE, SIZE))) {
            assertThat(tokenizer.isOfIds()).isTrue();
        }
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> TokenizerFiles.read(folder, new SpecialIds(InFile.NONE, InFile.NONE, SIZE)))
                .isInstanceOf(HeedException.class)
                .hasMessageStartingWith(folder.toString())
                .hasMessageEndingWith(message)
                .message()
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '~', textBlock = """
            merges.txt ~ t he                 ~ t hex                ~ merges.txt:3: "hex" is not a token of vocab.json
            merges.txt ~ t he                 ~ h t                  ~ merges.txt:3: "ht" is not a token of vocab.json
            merges.txt ~ t he                 ~ the                  ~ merges.txt:3: "the" is not two tokens separated by a space
            merges.txt ~ t he                 ~ t h e                ~ merges.txt:3: "t h e" is not two tokens separated by a space
            vocab.json ~ "#": 2               ~ "#": 3               ~ vocab.json: "#" and "$" have the same id, 3
            vocab.json ~ "#": 2               ~ "#": -1              ~ vocab.json: the id of "#" is -1, not a whole number of at least 0
            vocab.json ~ "#": 2               ~ "#": "2"             ~ vocab.json: the id of "#" is "2", not a whole number of at least 0
            vocab.json ~ {                    ~ [                    ~ vocab.json is not a JSON object of tokens and their ids
            """)
    void errors_are_reported_with_their_place(String file, String before, String after, String message)
            throws IOException {
        String text = Files.readString(folder.resolve(file));
        assertThat(text).contains(before);
        write(file, after.equals("[") ? "[]" : text.replace(before, after));
        assertRefused(message);
    }

    @Test
    void no_start_of_text_is_invented() throws IOException {
        write("tokenizer_config.json", "{\"add_bos_token\": true}");
        assertRefused(
                "tokenizer_config.json: add_bos_token true is not supported without a tokenizer.json; write one with"
                        + " transformers' save_pretrained");
    }

    @Test
    void bytes_that_are_not_text_are_refused() throws IOException {
        Files.write(folder.resolve("merges.txt"), new byte[] {(byte) 0xFF, '\n'});
        assertRefused("merges.txt is not text in UTF-8");
    }
}
