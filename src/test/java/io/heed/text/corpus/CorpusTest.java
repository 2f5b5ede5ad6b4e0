package io.heed.text.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import io.heed.text.DataFormat;
import io.heed.text.tokenizer.TokenizerType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From text files to data with a part set aside. */
class CorpusTest {

    @TempDir
    private Path folder;

    private Path text(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private Corpus read(Path file, DataFormat format, TokenizerType type, double fraction, int context) {
        return read(source(List.of(file), List.of(), format, type, fraction, context));
    }

    private Corpus read(Corpus.Source source) {
        return Corpus.read(source, folder.resolve("kept"), (stage, done, all) -> {});
    }

    private static Corpus.Source source(
            List<Path> files, List<Path> check, DataFormat format, TokenizerType type, double fraction, int context) {
        return new Corpus.Source(files, check, fraction, format, context, type, 1000, null);
    }

    @Test
    void sentences_get_a_start_and_an_end() throws IOException {
        Path file = text("text.txt", "a b c\n".repeat(9) + "a b\n");
        Corpus corpus = read(file, DataFormat.LINES, TokenizerType.WORD, .1, 10);
        int start = corpus.tokenizer().vocabulary().id("[BOS]").orElseThrow();
        int end = corpus.tokenizer().vocabulary().id("[EOS]").orElseThrow();
        Batch batch = corpus.validation().all(1).get(0); // [BOS] a b [EOS]
        assertThat(batch.inputs()[0]).isEqualTo(start);
        assertThat(batch.targets()[2]).isEqualTo(end);
        assertThat(corpus.training().targets()).isEqualTo(9 * 4); // [BOS] a b c [EOS] has four targets
    }

    @Test
    void the_validation_part_is_the_end_of_the_text_in_whole_lines() throws IOException {
        // 10 lines of 6 characters; 15 % of 60 is 9 characters, of which only the last line is whole
        Path file = text("text.txt", "a b c\n".repeat(10));
        Corpus corpus = read(file, DataFormat.LINES, TokenizerType.WORD, .15, 10);
        assertThat(corpus.training().targets()).isEqualTo(9 * 4);
        assertThat(corpus.validation().targets()).isEqualTo(4);
    }

    /** Line ends of Unix, Windows and Mac OS 9, with pieces ending at and within each of them. */
    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void lines_are_the_same_whatever_ends_them(String end) throws IOException {
        List<String> lines = IntStream.range(0, 20)
                .mapToObj(i -> "a b " + Character.toString('c' + i))
                .toList();
        Path file = text("text.txt", String.join(end, lines) + end);
        Corpus.Source source = source(List.of(file), List.of(), DataFormat.LINES, TokenizerType.WORD, .12, 10);
        for (int piece = 8; piece < 40; piece++) {
            Corpus.Limits limits = new Corpus.Limits(piece, 1 << 20);
            try (Corpus corpus = Corpus.read(source, folder.resolve("kept"), (stage, done, all) -> {}, limits)) {
                assertThat(corpus.training().targets()).isEqualTo(18 * 4);
                assertThat(corpus.validation().targets()).isEqualTo(2 * 4);
                assertThat(corpus.comparedLines()).isEqualTo(2);
            }
        }
    }

    /** They are white space within a line, as for {@link String#lines}: NEL, LS, PS, VT and FF. */
    @Test
    void other_unicode_line_breaks_end_no_sentence() throws IOException {
        Path file = text("text.txt", "a\u0085b\u2028c\u2029d\u000be\ff\n".repeat(10));
        try (Corpus corpus = read(file, DataFormat.LINES, TokenizerType.WORD, .15, 10)) {
            assertThat(corpus.training().targets()).isEqualTo(9 * 7); // [BOS] a b c d e f [EOS]
        }
    }

    @Test
    void a_carriage_return_ends_the_last_line_of_a_file() throws IOException {
        List<Path> files = List.of(text("1.txt", "ab\r"), text("2.txt", "cd"));
        Corpus.Source source = source(files, files, DataFormat.STREAM, TokenizerType.CHARACTER, .5, 3);
        try (Corpus corpus = read(source)) {
            assertThat(corpus.training().targets()).isEqualTo("ab\rcd".length() - 1);
        }
    }

    @Test
    void a_stream_is_split_at_the_share() throws IOException {
        Path file = text("text.txt", "abcdefghij".repeat(10));
        Corpus corpus = read(file, DataFormat.STREAM, TokenizerType.CHARACTER, .2, 5);
        assertThat(corpus.training().targets()).isEqualTo(80 - 1);
        assertThat(corpus.validation().targets()).isEqualTo(20 - 1);
    }

    @Test
    void a_stream_is_never_cut_inside_a_character() throws IOException {
        Path file = text("text.txt", "😀".repeat(99)); // 198 chars; half is 99, between the two of an emoji
        Corpus corpus = read(file, DataFormat.STREAM, TokenizerType.CHARACTER, .5, 5);
        assertThat(corpus.tokenizer().size()).isEqualTo(2); // [UNK] and the emoji
        assertThat(corpus.training().targets() + corpus.validation().targets()).isEqualTo(99 - 2);
    }

    @Test
    void a_long_stream_is_cut_into_the_same_tokens_as_a_short_one() throws IOException {
        String line =
                "the cat sat on the mat, didn't it?\n"; // 13 words and marks: the cat sat on the mat , didn ' t it ?
        int lines = 6000; // three times the piece that is cut at once
        Path file = text("text.txt", line.repeat(lines));
        Corpus corpus = read(file, DataFormat.STREAM, TokenizerType.WORD, .5, 5);
        assertThat(corpus.training().targets() + corpus.validation().targets()).isEqualTo(12L * lines - 2);
    }

    @Test
    void a_separate_validation_file_leaves_the_training_text_whole() throws IOException {
        Path file = text("text.txt", "a b c\n".repeat(3));
        Path check = text("check.txt", "a stranger\n");
        Corpus corpus = read(source(List.of(file), List.of(check), DataFormat.LINES, TokenizerType.WORD, .5, 10));
        assertThat(corpus.training().targets()).isEqualTo(3 * 4);
        assertThat(corpus.tokenizer().vocabulary().id("stranger"))
                .as("learnt from the training part alone")
                .isEmpty();
    }

    @Test
    void a_missing_file_is_named() {
        Path missing = folder.resolve("missing.txt");
        assertThatThrownBy(() -> read(missing, DataFormat.LINES, TokenizerType.WORD, .1, 5))
                .isInstanceOf(HeedException.class)
                .hasMessageStartingWith(missing + " does not exist");
    }

    @Test
    void a_text_that_is_shorter_than_the_context_is_refused() throws IOException {
        Path file = text("text.txt", "abcdefghijklmnopqrst");
        assertThatThrownBy(() -> read(file, DataFormat.STREAM, TokenizerType.CHARACTER, .5, 10))
                .isInstanceOf(HeedException.class)
                .hasMessage(file + ": the training part has 10 tokens, which must be more than the context of 10");
    }

    @Test
    void a_validation_part_that_is_shorter_than_the_context_is_refused() throws IOException {
        Path file = text("text.txt", "abcdefghijklmnopqrst");
        assertThatThrownBy(() -> read(file, DataFormat.STREAM, TokenizerType.CHARACTER, .1, 10))
                .isInstanceOf(HeedException.class)
                .hasMessage(file + ": the validation part has 2 tokens, which must be more than the context of 10");
    }

    @Test
    void one_line_is_too_short_to_set_a_part_aside() throws IOException {
        Path file = text("text.txt", "only this line\n");
        assertThatThrownBy(() -> read(file, DataFormat.LINES, TokenizerType.WORD, .1, 5))
                .isInstanceOf(HeedException.class)
                .hasMessage(file + " is too short to set 0.1 of it aside; name another file in data.validation");
    }

    @Test
    void lines_of_one_character_teach_a_model_of_characters_nothing_and_are_refused() throws IOException {
        Path file = text("text.txt", "a\nb\n".repeat(20));
        assertThatThrownBy(() -> read(file, DataFormat.LINES, TokenizerType.CHARACTER, .5, 5))
                .isInstanceOf(HeedException.class)
                .hasMessage(file + ": the training part has no line of two tokens or more");
    }

    @Test
    void files_follow_one_another_with_a_line_end_between() throws IOException {
        List<Path> files = List.of(text("1.txt", "\ufeffab"), text("2.txt", "\ufeffcd\n"), text("3.txt", "ef"));
        Corpus.Source source = source(files, files, DataFormat.STREAM, TokenizerType.CHARACTER, .5, 4);
        try (Corpus corpus = read(source)) {
            Batch batch = corpus.training().all(10).get(0);
            long[] ids = LongStream.concat(LongStream.of(batch.inputs()[0]), LongStream.of(batch.targets()))
                    .filter(id -> id != Batch.IGNORED)
                    .toArray();
            assertThat(corpus.tokenizer().decode(ids)).isEqualTo("ab\ncd\nef");
        }
    }

    @Test
    void a_line_ends_with_its_file() throws IOException {
        List<Path> files = List.of(text("1.txt", "a b c"), text("2.txt", "a b"));
        try (Corpus corpus = read(source(files, files, DataFormat.LINES, TokenizerType.WORD, .5, 9))) {
            assertThat(corpus.training().targets()).isEqualTo(4 + 3); // [BOS] a b c [EOS], [BOS] a b [EOS]
        }
    }

    @Test
    void validation_lines_in_the_training_part_are_counted() throws IOException {
        Path file = text("text.txt", "a b\nc d\ne f\n");
        Path check = text("check.txt", "c d\r\n c d \nx y\n\n");
        Corpus.Source lines = source(List.of(file), List.of(check), DataFormat.LINES, TokenizerType.WORD, .5, 9);
        try (Corpus corpus = read(lines)) {
            assertThat(corpus.repeatedLines()).isEqualTo(2);
            assertThat(corpus.comparedLines()).isEqualTo(3);
        }
    }

    @Test
    void short_lines_of_one_long_text_are_not_counted_as_repeated() throws IOException {
        String longer = "forty bytes of text are what it has to be\n";
        Path file = text("text.txt", "short\n" + longer);
        Path check = text("check.txt", "short\n" + longer + "short\n");
        Corpus.Source stream = source(List.of(file), List.of(check), DataFormat.STREAM, TokenizerType.WORD, .5, 2);
        try (Corpus corpus = read(stream)) {
            assertThat(corpus.repeatedLines()).isEqualTo(1);
        }
    }

    @Test
    void the_fingerprint_depends_on_the_text_and_not_on_its_place() throws IOException {
        String text = "the cat sat\nthe dog ran\n".repeat(4);
        DataFormat lines = DataFormat.LINES;
        TokenizerType word = TokenizerType.WORD;
        String one = read(text("1.txt", text), lines, word, .5, 5).fingerprint();
        assertThat(one).matches("[0-9a-f]{64}");
        assertThat(read(text("2.txt", text), lines, word, .5, 9).fingerprint()).isEqualTo(one);
        assertThat(read(text("3.txt", text.replace("dog", "pig")), lines, word, .5, 5)
                        .fingerprint())
                .as("the same ids, but other words")
                .isNotEqualTo(one);
        assertThat(read(text("4.txt", "the dog ran\nthe cat sat\n".repeat(4)), lines, word, .5, 5)
                        .fingerprint())
                .as("the same words in another order")
                .isNotEqualTo(one);
    }
}
