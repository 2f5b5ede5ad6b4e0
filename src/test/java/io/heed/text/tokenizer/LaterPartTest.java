package io.heed.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.text.DataFormat;
import io.heed.text.corpus.Corpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A long text is cut in pieces as it is cut whole: what a tokenizer does at the start of a text happens only there. */
class LaterPartTest {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures");

    private static final List<String> PARTS = List.of(
            "the cat sat on the mat .\n", "a dog and a cat", " where the\n", "naïve café 東京", " , the dogs\nsat\n");

    @TempDir
    private Path folder;

    /** Byte pairs without a space before a text and with one; ▁ before a text, by the pre-tokenizer and by the normalizer; lower case. */
    private static String json(String kind) throws IOException {
        String json = Files.readString(FIXTURES.resolve(
                kind.startsWith("bpe") ? "bpe/tokenizer.json" : "tokenizers/%s.json".formatted(kind.split("-", 2)[0])));
        if (kind.equals("unigram-first")) {
            return json.replace("\"prepend_scheme\":\"always\"", "\"prepend_scheme\":\"first\"");
        }
        return kind.equals("bpe-prefix") ? json.replaceAll("(\"add_prefix_space\": ?)false", "$1true") : json;
    }

    @ParameterizedTest
    @ValueSource(strings = {"bpe", "bpe-prefix", "unigram", "unigram-first", "bytefallback", "wordpiece"})
    void pieces_add_up_to_the_ids_of_the_whole(String kind) throws IOException {
        try (Tokenizer tokenizer = Tokenizer.of(json(kind), kind)) {
            LongStream pieces = LongStream.of(tokenizer.encodeStream(PARTS.get(0)));
            for (String later : PARTS.subList(1, PARTS.size())) {
                pieces = LongStream.concat(pieces, LongStream.of(tokenizer.encodeLaterPart(later)));
            }
            assertThat(pieces.toArray()).isEqualTo(tokenizer.encodeStream(String.join("", PARTS)));
        }
    }

    /** Pieces of a few lines, so that there are hundreds; the last tenth of the text is another text. */
    @ParameterizedTest
    @ValueSource(strings = {"bpe-prefix", "unigram", "bytefallback"})
    void a_training_text_has_the_tokens_of_the_whole(String kind) throws IOException {
        String text = "the cat sat on the mat .\n".repeat(900);
        Path training = Files.writeString(folder.resolve("training.txt"), text);
        Path validation = Files.writeString(folder.resolve("validation.txt"), text.substring(0, 2500));
        Corpus.Source source = new Corpus.Source(
                List.of(training),
                List.of(validation),
                0,
                DataFormat.STREAM,
                8,
                TokenizerType.BPE,
                300,
                new Corpus.GivenTokenizer(json(kind), SpecialIds.NONE));
        try (Corpus corpus =
                        Corpus.read(source, folder, (stage, done, all) -> {}, new Corpus.Limits(100, Long.MAX_VALUE));
                Tokenizer tokenizer = corpus.tokenizer()) {
            assertThat(corpus.training().targets()).isEqualTo(tokenizer.encodeStream(text).length - 1);
            assertThat(corpus.validation().targets())
                    .isEqualTo(tokenizer.encodeStream(text.substring(0, 2500)).length - 1);
        }
    }
}
