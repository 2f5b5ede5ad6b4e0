package io.heed.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.text.DataFormat;
import io.heed.text.corpus.Batch;
import io.heed.text.corpus.Corpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A sentence has the same marks in training, scoring and generation: those that the library adds according to tokenizer.json and, in
 * training and scoring, an end mark unless it is one of them. The ids of [UNK], [BOS], [EOS], a and b are 0 to 4.
 */
class SentenceMarksTest {

    private static final String START_OF_TEXT =
            "{'type': 'TemplateProcessing', 'single': [{'SpecialToken': {'id': '[BOS]', 'type_id': 0}},"
                    + " {'Sequence': {'id': 'A', 'type_id': 0}}], 'pair': [{'Sequence': {'id': 'A', 'type_id': 0}}, {'Sequence':"
                    + " {'id': 'B', 'type_id': 1}}], 'special_tokens': {'[BOS]': {'id': '[BOS]', 'ids': [1], 'tokens': ['[BOS]']}}}";
    private static final String BYTES =
            "{'type': 'ByteLevel', 'add_prefix_space': false, 'trim_offsets': true, 'use_regex': true}";

    @TempDir
    private Path folder;

    private static String processor(String marks) {
        return switch (marks) {
            case "none" -> "null";
            case "start" -> START_OF_TEXT;
            case "both" -> template("[BOS]", 1, "[EOS]", 2);
            case "another" -> template("[BOS]", 1, "[UNK]", 0);
            case "several" -> template("[UNK]", 0, "[EOS]", 1, 2);
            case "bert" -> "{'type': 'BertProcessing', 'cls': ['[BOS]', 1], 'sep': ['[EOS]', 2]}";
            case "roberta" -> "{'type': 'RobertaProcessing', 'cls': ['[BOS]', 1], 'sep': ['[EOS]', 2]}";
            case "bytes" -> "{'type': 'Sequence', 'processors': [%s, %s]}".formatted(BYTES, START_OF_TEXT);
            case "two" ->
                "{'type': 'Sequence', 'processors': [%s, %s]}"
                        .formatted(START_OF_TEXT, template("[UNK]", 0, "[EOS]", 2));
            default -> throw new IllegalArgumentException(marks);
        };
    }

    /** One mark before a text and one after it, which may stand for several ids. */
    private static String template(String before, int id, String after, int... ids) {
        return ("{'type': 'TemplateProcessing', 'single': [{'SpecialToken': {'id': '%1$s', 'type_id': 0}}, {'Sequence':"
                        + " {'id': 'A', 'type_id': 0}}, {'SpecialToken': {'id': '%3$s', 'type_id': 0}}], 'pair':"
                        + " [{'Sequence': {'id': 'A', 'type_id': 0}}, {'Sequence': {'id': 'B', 'type_id': 1}}],"
                        + " 'special_tokens': {'%1$s': {'id': '%1$s', 'ids': [%2$d], 'tokens': ['%1$s']},"
                        + " '%3$s': {'id': '%3$s', 'ids': %4$s, 'tokens': %5$s}}}")
                .formatted(before, id, after, Arrays.toString(ids), ids.length == 1 ? "['x']" : "['x', 'y']");
    }

    private static String json(String marks) {
        ObjectNode root =
                (ObjectNode) JsonMapper.shared().readTree(TokenizerBuilder.build(TokenizerType.WORD, "a a b", 100));
        root.set("post_processor", JsonMapper.shared().readTree(processor(marks).replace('\'', '"')));
        return root.toString();
    }

    private Corpus read(String text, DataFormat format, String marks) throws IOException {
        Path file = Files.writeString(folder.resolve("text.txt"), text);
        var given = new Corpus.GivenTokenizer(json(marks), SpecialIds.NONE);
        return Corpus.read(
                new Corpus.Source(List.of(file), List.of(), .5, format, 10, TokenizerType.WORD, 100, given),
                folder,
                (stage, done, all) -> {});
    }

    /** Worked by hand from the processors' definitions. */
    @ParameterizedTest
    @CsvSource({
        "none,    3 4,       3 4 2",
        "start,   1 3 4,     1 3 4 2",
        "both,    1 3 4 2,   1 3 4 2",
        "another, 1 3 4 0,   1 3 4 0 2",
        "several, 0 3 4 1 2, 0 3 4 1 2",
        "bert,    1 3 4 2,   1 3 4 2",
        "roberta, 1 3 4 2,   1 3 4 2",
        "bytes,   1 3 4,     1 3 4 2",
        "two,     1 3 4,     1 3 4 2"
    })
    void are_the_same_in_each_use(String marks, String read, String learnt) throws IOException {
        try (Corpus corpus = read("a b\n".repeat(4), DataFormat.LINES, marks);
                Tokenizer tokenizer = corpus.tokenizer()) {
            Batch batch = corpus.training().all(1).get(0);
            LongStream row = LongStream.concat(
                    LongStream.of(batch.inputs()[0]),
                    LongStream.of(batch.targets()).limit(batch.columns()));
            assertThat(row.toArray()).as("learnt").isEqualTo(ids(learnt));
            assertThat(tokenizer.encodeSentences(List.of("a b")).get(0))
                    .as("scored")
                    .isEqualTo(ids(learnt));
            assertThat(tokenizer.encode("a b").ids()).as("read").isEqualTo(ids(read));
        }
    }

    /** A source has the same marks in training as in translation, even if the context cuts it. */
    @ParameterizedTest
    @CsvSource({"start", "both", "another", "several", "bert", "two"})
    void of_a_source_are_those_of_a_text(String marks) throws IOException {
        for (int words : new int[] {2, 6, 7, 8, 9, 10, 11, 12}) {
            String source = String.join(" ", "a".repeat(words).split(""));
            try (Corpus corpus = read((source + "\tb\n").repeat(4), DataFormat.PAIRS, marks);
                    Tokenizer tokenizer = corpus.tokenizer()) {
                Batch batch = corpus.training().all(1).get(0);
                long[] whole = tokenizer.encode(source).ids();
                assertThat(batch.source().ids()).isEqualTo(Arrays.copyOf(whole, Math.min(10, whole.length)));
                assertThat(corpus.training().cutRows()).isEqualTo(whole.length > 10 ? 3 : 0);
                assertThat(batch.inputs()[0]).isEqualTo(whole[0]);
            }
        }
    }

    private static long[] ids(String text) {
        return Arrays.stream(text.split(" ")).mapToLong(Long::parseLong).toArray();
    }
}
