package io.heed.cli;

import static io.heed.cli.Program.assertFails;
import static io.heed.cli.Program.heed;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TokenizerCommandTest {

    @TempDir
    private Path folder;

    private String in(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void one_is_trained_and_cuts_texts_from_the_command_line_and_from_standard_input() {
        JsonNode made = JsonMapper.shared()
                .readTree(heed(
                                "tokenizer",
                                "train",
                                "data/toy.txt",
                                "--vocabulary",
                                "300",
                                "--out",
                                in("t.json"),
                                "--json")
                        .out());
        assertThat(made.path("tokens").asInt()).isEqualTo(300);
        assertThat(made.path("type").asString()).isEqualTo("bpe");
        String one =
                heed("tokenizer", "show", in("t.json"), "the cat", "--json").out();
        JsonNode shown = JsonMapper.shared().readTree(one);
        assertThat(shown.path("decoded").asString()).isEqualTo("the cat");
        assertThat(shown.path("tokens").get(0).path("start").asInt()).isZero();
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream("the cat\n\nthe cat\n".getBytes(StandardCharsets.UTF_8)));
        try {
            assertThat(heed("tokenizer", "show", in("t.json"), "--json").out()).isEqualTo(one + one);
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void one_token_is_counted_as_one() {
        assertThat(heed("tokenizer", "show", "models/toy", "").out())
                .endsWith("\n1 token, 0 bytes, 0.00 bytes per token" + System.lineSeparator());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            train data/toy.txt --type words           | heed: --type: 'words' is not one of word, character, bpe
            train data/toy.txt --vocabulary 3         | heed: --vocabulary: 3 is not from 4 to 1000000
            train data/toy.txt --vocabulary 256       | heed: a vocabulary of 256 is too small for bpe
            train data/toy.txt --out t.txt            | heed: --out: t.txt: a tokenizer is written as .json; end the file's name so
            train nothing.txt                         | heed: nothing.txt does not exist; name a text file in UTF-8
            show nothing.json the                     | heed: nothing.json does not exist; name a tokenizer.json
            show data/toy.txt the                     | heed: data/toy.txt is not JSON, line 1, column 1; name a tokenizer.json
            show src/test/resources/fixtures/gpt2 the | heed: src/test/resources/fixtures/gpt2 has no tokenizer.json, nor vocab.json and merges.txt
            """)
    void what_is_wrong_is_told_and_nothing_written(String line, String message) throws IOException {
        String[] given = ("tokenizer " + line
                        + (line.startsWith("train") && !line.contains("--out") ? " --out " + in("t.json") : ""))
                .split(" ");
        Program.Ran ran = heed(given);
        assertThat(ran.errors().get(0)).startsWith(message);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.code()).isPositive();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void text_that_is_none_is_told_with_its_place() throws IOException {
        Files.write(folder.resolve("bytes.txt"), new byte[] {'a', (byte) 0xFF});
        assertFails(
                heed("tokenizer", "train", in("bytes.txt"), "--out", in("t.json")),
                "bytes.txt is not UTF-8 text: bad byte 0xff at offset 1");
    }
}
