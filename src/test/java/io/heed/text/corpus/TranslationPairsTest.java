package io.heed.text.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import io.heed.text.DataFormat;
import io.heed.text.tokenizer.SpecialIds;
import io.heed.text.tokenizer.Tokenizer;
import io.heed.text.tokenizer.TokenizerBuilder;
import io.heed.text.tokenizer.TokenizerType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pairs from a TSV to batches. */
class TranslationPairsTest {

    private static final String TEXT = """
            un\tone\t0-0
            un deux\tone two\t0-0 1-1

            un deux trois\tone two three
            deux\ttwo
            quatre un\tfour one
            """;

    @TempDir
    private Path folder;

    @Test
    void each_row_is_a_translation_beside_its_source() throws IOException {
        try (Corpus corpus = read(TEXT, 8, TokenizerType.WORD)) {
            Tokenizer tokenizer = corpus.tokenizer();
            List<String> rows = new ArrayList<>();
            for (Batch batch : corpus.training().all(2)) {
                Batch.Source source = batch.source();
                for (int row = 0; row < batch.rows(); row++) {
                    long[] read = Arrays.copyOfRange(
                            source.ids(), row * source.columns(), row * source.columns() + (int) source.lengths()[row]);
                    long[] targets = Arrays.stream(batch.targets(), row * batch.columns(), (row + 1) * batch.columns())
                            .filter(id -> id != Batch.IGNORED)
                            .toArray();
                    assertThat(read[0])
                            .isEqualTo(tokenizer.sentenceMarks().start().orElseThrow());
                    assertThat(targets[targets.length - 1])
                            .isEqualTo(tokenizer.sentenceMarks().end().orElseThrow());
                    rows.add(tokenizer.decode(read) + " = " + tokenizer.decode(targets));
                }
            }
            assertThat(rows)
                    .containsExactlyInAnyOrder(
                            "un = one", "un deux = one two", "un deux trois = one two three", "deux = two");
            assertThat(corpus.training().targets()).isEqualTo(2 + 3 + 4 + 2);
            assertThat(tokenizer.vocabulary().id("0"))
                    .as("the alignment is not learnt")
                    .isEmpty();
            assertThat(corpus.validation().targets()).isEqualTo(3);
            tokenizer.close();
        }
    }

    @Test
    void parts_of_a_batch_keep_their_sources() throws IOException {
        try (Corpus corpus = read(TEXT, 8, TokenizerType.WORD)) {
            Batch whole = corpus.training().batch(1, 0, 4);
            List<Batch> parts = whole.split(2);
            long[] joined = new long[whole.source().ids().length];
            System.arraycopy(parts.get(0).source().ids(), 0, joined, 0, joined.length / 2);
            System.arraycopy(parts.get(1).source().ids(), 0, joined, joined.length / 2, joined.length / 2);
            assertThat(joined).isEqualTo(whole.source().ids());
            assertThat(parts.get(1).source().lengths())
                    .isEqualTo(Arrays.copyOfRange(whole.source().lengths(), 2, 4));
            corpus.tokenizer().close();
        }
    }

    @Test
    void long_pairs_are_cut_and_counted_once() throws IOException {
        try (Corpus corpus = read(TEXT, 3, TokenizerType.WORD)) {
            assertThat(corpus.training().cutRows()).isEqualTo(1);
            assertThat(corpus.training().all(9).get(0).source().columns()).isEqualTo(3);
            corpus.tokenizer().close();
        }
    }

    @Test
    void a_line_that_is_not_a_pair_is_named_with_its_place() {
        assertThatThrownBy(() -> read("un\tone\ndeux\n" + TEXT, 8, TokenizerType.WORD))
                .isInstanceOf(HeedException.class)
                .hasMessageContaining("pairs.tsv: the line at offset 7, \"deux\", is not a pair");
    }

    @Test
    void a_tokenizer_without_marks_is_refused() {
        assertThatThrownBy(() -> read(TEXT, 8, TokenizerType.CHARACTER))
                .hasMessageStartingWith("tokenizer.type: character has no marks");
        assertThatThrownBy(() -> read(
                        TEXT,
                        8,
                        TokenizerType.WORD,
                        new Corpus.GivenTokenizer(
                                TokenizerBuilder.build(TokenizerType.CHARACTER, TEXT, 100), SpecialIds.NONE)))
                .hasMessageStartingWith("the given tokenizer has no marks");
    }

    private Corpus read(String text, int context, TokenizerType type) throws IOException {
        return read(text, context, type, null);
    }

    private Corpus read(String text, int context, TokenizerType type, Corpus.@Nullable GivenTokenizer given)
            throws IOException {
        Path file = Files.writeString(folder.resolve("pairs.tsv"), text);
        return Corpus.read(
                new Corpus.Source(List.of(file), List.of(), .3, DataFormat.PAIRS, context, type, 100, given),
                folder,
                (stage, done, all) -> {});
    }
}
