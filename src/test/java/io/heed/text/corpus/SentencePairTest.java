package io.heed.text.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.heed.HeedException;
import io.heed.text.tokenizer.Encoded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentencePairTest {

    @TempDir
    private Path folder;

    @Test
    void lines_are_read_as_they_are_written() throws IOException {
        List<SentencePair> pairs = read("le chat\tthe cat\t0-0 1-1 0p1\r\n\nil dort\the sleeps\n");
        assertThat(pairs).hasSize(2);
        assertThat(pairs.get(0).line()).isEqualTo("le chat\tthe cat\t0-0 0p1 1-1");
        assertThat(Objects.requireNonNull(pairs.get(0).alignment()).sure()).hasSize(2);
        assertThat(pairs.get(1)).isEqualTo(new SentencePair("il dort", "he sleeps", null));
    }

    @Test
    void a_line_that_is_not_a_pair_is_named() {
        assertThatThrownBy(() -> read("un\tone\ndeux\n"))
                .isInstanceOf(HeedException.class)
                .hasMessageEndingWith("pairs.tsv, line 2: \"deux\" is not a sentence, a tab and its translation");
        assertThatThrownBy(() -> read("un\t \n")).hasMessageContaining("line 1");
        assertThatThrownBy(() -> read("un\tone\t0-0 x\n"))
                .hasMessageEndingWith("line 1: \"x\" is not a link between words, such as 0-0 or 1p2");
        assertThatThrownBy(() -> read("un\tone\t0-1\n")).hasMessageContaining("has words beyond the 1 and 1");
    }

    @Test
    void error_rates_are_those_of_the_formula() {
        Alignment truth = Alignment.parse("0-0 1-1 2-2 3p2");
        // A = {0-0, 2-1, 3-2}: of S one, of P two: 1 - (1 + 2)/(3 + 3)
        assertThat(truth.errors(links(0, 2, 3)).rate()).isEqualTo(.5, within(1e-12));
        assertThat(truth.errors(links(0, 1, 2)).rate()).isZero();
        Alignment.Errors both = truth.errors(links(0, 1, 2)).plus(truth.errors(links(1, 0, 0)));
        assertThat(both.rate()).isEqualTo(.5, within(1e-12)); // 1 - (3 + 3)/(6 + 6)
    }

    /** For each target word, its source word. */
    private static List<Alignment.Link> links(int... sources) {
        return IntStream.range(0, sources.length)
                .mapToObj(target -> new Alignment.Link(sources[target], target))
                .toList();
    }

    /** Checked with Python 3.11: {@code "un\u00a0deux\u3000trois\x1fquatre\x85 ".split()}. */
    @Test
    void words_match_pythons_split() {
        assertThat(Alignment.words("un\u00a0deux\u3000trois\u001fquatre\u0085 "))
                .containsExactly("un", "deux", "trois", "quatre");
        assertThat(Alignment.words("\u3000un\u200bdeux "))
                .containsExactly("un\u200bdeux"); // no white space since Unicode 4
        assertThat(Alignment.words(" \u0085")).isEmpty();
    }

    @Test
    void a_token_belongs_to_the_word_it_ends_in() {
        String text = " ci-dessous\u00a0! ";
        List<Encoded.Span> spans = List.of(
                new Encoded.Span(0, 0), // a start mark
                new Encoded.Span(0, 3),
                new Encoded.Span(3, 4),
                new Encoded.Span(4, 11),
                new Encoded.Span(11, 13),
                new Encoded.Span(13, 14));
        List<String> tokens = spans.stream().map(Object::toString).toList();
        Encoded encoded = new Encoded(new long[6], tokens, tokens, spans, List.of());
        assertThat(Alignment.wordsOf(encoded, text)).containsExactly(-1, 0, 0, 0, 1, 1);
    }

    @Test
    void a_third_column_without_links_is_ignored() throws IOException {
        assertThat(read("Va !\tGo.\tCC-BY 2.0 (France) Attribution: tatoeba.org #2877272 (CM)\tmore\n"))
                .containsExactly(new SentencePair("Va !", "Go.", null));
    }

    private List<SentencePair> read(String text) throws IOException {
        Path file = folder.resolve("pairs.tsv");
        Files.writeString(file, text);
        return SentencePair.read(file);
    }
}
