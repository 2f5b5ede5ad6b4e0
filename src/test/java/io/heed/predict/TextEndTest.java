package io.heed.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.predict.Generated.Ending;
import io.heed.text.tokenizer.TokenizerBuilder;
import io.heed.text.tokenizer.TokenizerType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The token that ends a text: from generation_config.json, else from config.json, else by its name. */
class TextEndTest {

    private static final Path FIXTURE = Path.of("src/test/resources/fixtures/gpt2");

    private static final long[] PROMPT = {82, 6, 31, 2, 60, 26, 49, 17};

    @TempDir
    private Path folder;

    private void write(String generation, String config) throws IOException {
        Files.copy(FIXTURE.resolve("model.safetensors"), folder.resolve("model.safetensors"));
        Files.writeString(
                folder.resolve("config.json"),
                Files.readString(FIXTURE.resolve("config.json"))
                        .replaceFirst("\"eos_token_id\": \\d+", "\"eos_token_id\": " + config));
        if (!generation.isEmpty()) {
            Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": %s}".formatted(generation));
        }
    }

    private LanguageModel read() {
        return ModelFolder.read(folder, Device.cpu());
    }

    /** The output of transformers 4.52.4 for these files: {@code generate(ids, max_new_tokens=24, do_sample=False)}. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0       | [0, 5]  | 16 56 56 56 0
            [3, 68] | 0       | 16 56 56 56 0 68
            ''      | [68, 3] | 16 56 56 56 0 68
            94      | null    | 16 56 56 56 0 68 68 68 94
            null    | null    | 16 56 56 56 0 68 68 68 94 94 0 0 55 56 55 55 94 93 55 94 55 94 94 93
            """)
    void a_text_ends_where_transformers_ends_it(String generation, String config, String expected) throws IOException {
        write(generation, config);
        try (LanguageModel model = read();
                Generation going = new Generation(
                        model, List.of(model.encoded(PROMPT)), new GenerationSettings(24, Sampling.GREEDY))) {
            Generated written = going.run((row, piece, token) -> {}).get(0);
            assertThat(written.tokens().stream()
                            .map(token -> String.valueOf(token.id()))
                            .collect(Collectors.joining(" ")))
                    .isEqualTo(expected);
            boolean ends = !expected.endsWith("93");
            assertThat(written.ending()).isEqualTo(ends ? Ending.END_OF_TEXT : Ending.LENGTH);
            if (ends) { // the end is not part of the text
                long[] before = written.tokens().stream()
                        .limit(written.tokens().size() - 1)
                        .mapToLong(GeneratedToken::id)
                        .toArray();
                assertThat(written.text().strip())
                        .isEqualTo(
                                Arrays.stream(before).mapToObj(String::valueOf).collect(Collectors.joining(" ")));
            }
        }
    }

    @Test
    void any_of_several_ends_a_beam() throws IOException {
        write("[16, 56]", "0");
        try (LanguageModel model = read()) {
            assertThat(new BeamSearch(model).search(model.encoded(PROMPT), 8, 6))
                    .anyMatch(BeamSearch.Beam::ended)
                    .allSatisfy(beam -> assertThat(beam.ids()).doesNotContain(16L, 56L));
        }
    }

    /** A word tokenizer's {@code [EOS]} is a mark, and marks are not written unless they end a text. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            5    | null   | 5
            null | [5, 0] | 5,0
            [0]  | 5      | 0
            ''   | 50256  | 2
            -1   | []     | 2
            null | null   | 2
            [96] | 3      | 3
            """)
    void a_token_ends_a_text_by_its_name_only_if_no_file_names_one(String generation, String config, String expected)
            throws IOException {
        write(generation, config);
        Files.writeString(
                folder.resolve("tokenizer.json"), TokenizerBuilder.build(TokenizerType.WORD, "the cat sat", 10));
        try (LanguageModel model = read()) {
            List<Integer> ends =
                    Arrays.stream(expected.split(",")).map(Integer::valueOf).toList();
            assertThat(model.tokenizer().vocabulary().id("[EOS]")).hasValue(2);
            assertThat(model.tokenizer().sentenceMarks().ends()).containsExactlyElementsOf(ends);
            assertThat(model.tokenizer().sentenceMarks().end()).hasValue(ends.get(0));
            float[] allowed = WritableTokens.after(model).mask(new float[96]);
            for (int end : ends) {
                assertThat(allowed[end]).isZero();
            }
            assertThat(allowed[2]).isEqualTo(ends.contains(2) ? 0 : Float.NEGATIVE_INFINITY);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0       | [0, 5]  | 0       | [0,5]
            [3, 68] | null    | [3,68]  | [3,68]
            ''      | [68, 3] | [68,3]  | [68,3]
            null    | 7       | 7       | 7
            null    | null    | null    | null
            """)
    void a_model_that_is_written_again_keeps_the_ids_of_its_files(
            String generation, String config, String writtenGeneration, String writtenConfig, @TempDir Path copy)
            throws IOException {
        write(generation, config);
        try (LanguageModel model = read()) {
            ModelFolder.write(copy, model, "");
        }
        assertThat(end(copy, "generation_config.json")).isEqualTo(writtenGeneration);
        assertThat(end(copy, "config.json")).isEqualTo(writtenConfig);
    }

    @Test
    void start_and_padding_ids_are_kept_too(@TempDir Path copy) throws IOException {
        write("[3, 68]", "0");
        Path file = folder.resolve("config.json");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace("\"bos_token_id\": 0", "\"bos_token_id\": 9")
                        .replace("\"pad_token_id\": null", "\"pad_token_id\": 8"));
        try (LanguageModel model = read()) {
            ModelFolder.write(copy, model, "");
        }
        assertThat(json(copy, "config.json").path("bos_token_id").asInt()).isEqualTo(9);
        assertThat(json(copy, "config.json").path("pad_token_id").asInt()).isEqualTo(8);
        assertThat(json(copy, "generation_config.json").path("bos_token_id").isNull())
                .isTrue();
    }

    private static JsonNode json(Path folder, String file) throws IOException {
        return JsonMapper.shared().readTree(Files.readString(folder.resolve(file)));
    }

    private static String end(Path folder, String file) throws IOException {
        return json(folder, file).path("eos_token_id").toString();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "x"    | 0      | generation_config.json: eos_token_id is "x", not an id, a list of ids or null
            [1.5]  | 0      | generation_config.json: eos_token_id is [1.5], not an id, a list of ids or null
            0      | [[0]]  | config.json: eos_token_id is [[0]], not an id, a list of ids or null
            0      | true   | config.json: eos_token_id is true, not an id, a list of ids or null
            0      | 1e9999 | config.json
            }      | 0      | generation_config.json is not JSON
            """, quoteCharacter = '`')
    void an_invalid_end_is_refused_with_its_place(String generation, String config, String message) throws IOException {
        write(generation, config);
        assertThatThrownBy(this::read)
                .isInstanceOf(HeedException.class)
                .hasMessageStartingWith(folder.toString())
                .hasMessageContaining(message);
    }
}
