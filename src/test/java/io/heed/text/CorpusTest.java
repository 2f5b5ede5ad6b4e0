package io.heed.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From files of text to data with a part set aside. */
class CorpusTest {

    @TempDir
    private Path folder;

    private Path text(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private static Corpus read(Path file, DataFormat format, TokenizerType type, double fraction, int context) {
        return Corpus.read(new Corpus.Source(file, null, fraction, format, context), type, 1000);
    }

    @Test
    void sentences_get_a_start_and_an_end() throws IOException {
        Path file = text("text.txt", "a b c\n".repeat(9) + "a b\n");
        Corpus corpus = read(file, DataFormat.LINES, TokenizerType.WORD, .1, 10);
        int start = corpus.tokenizer().id("[BOS]").orElseThrow();
        int end = corpus.tokenizer().id("[EOS]").orElseThrow();
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

    @Test
    void a_stream_is_cut_at_the_share() throws IOException {
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
    void a_file_of_its_own_for_validation_leaves_the_training_text_whole() throws IOException {
        Path file = text("text.txt", "a b c\n".repeat(3));
        Path check = text("check.txt", "a stranger\n");
        Corpus corpus = Corpus.read(new Corpus.Source(file, check, .5, DataFormat.LINES, 10), TokenizerType.WORD, 1000);
        assertThat(corpus.training().targets()).isEqualTo(3 * 4);
        assertThat(corpus.tokenizer().id("stranger"))
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
                .hasMessage(file + ": the training part has 10 tokens, which is not more than the context of 10");
    }

    @Test
    void a_validation_part_that_is_shorter_than_the_context_is_refused() throws IOException {
        Path file = text("text.txt", "abcdefghijklmnopqrst");
        assertThatThrownBy(() -> read(file, DataFormat.STREAM, TokenizerType.CHARACTER, .1, 10))
                .isInstanceOf(HeedException.class)
                .hasMessage(file + ": the validation part has 2 tokens, which is not more than the context of 10");
    }

    @Test
    void one_line_is_too_short_to_set_a_part_aside() throws IOException {
        Path file = text("text.txt", "only this line\n");
        assertThatThrownBy(() -> read(file, DataFormat.LINES, TokenizerType.WORD, .1, 5))
                .isInstanceOf(HeedException.class)
                .hasMessage(file + " is too short to set 0.1 of it aside; give data.validation a file of its own");
    }

    @Test
    void lines_of_one_character_teach_a_model_of_characters_nothing_and_are_refused() throws IOException {
        Path file = text("text.txt", "a\nb\n".repeat(20));
        assertThatThrownBy(() -> read(file, DataFormat.LINES, TokenizerType.CHARACTER, .5, 5))
                .isInstanceOf(HeedException.class)
                .hasMessage(file + ": the training part has no line of two tokens or more");
    }
}
