package io.heed.text.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.text.corpus.Alignment.Link;
import io.heed.text.tokenizer.Encoded;
import io.heed.text.tokenizer.Encoded.Span;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Of a start mark and the words {@code ci-dessous} and {@code ici}, the first of three tokens; two words are written. */
class WordsReadTest {

    private static final WordsRead READ = new WordsRead(
            words("ci-dessous ici", new Span(0, 0), new Span(0, 2), new Span(2, 3), new Span(3, 10), new Span(11, 14)),
            words("below here", new Span(0, 0), new Span(0, 5), new Span(6, 10)));

    /** Rows are those that write "below" and "here"; the last writes the end. */
    private static final float[][] WEIGHTS = {
        {.40f, .10f, .10f, .05f, .35f}, // "ci-dessous" .25, "ici" .35
        {.40f, .11f, .11f, .09f, .29f}, // "ci-dessous" .31, "ici" .29
        {0, 0, 0, 0, 1},
    };

    private static int[] words(String text, Span... spans) {
        List<String> tokens = List.of(spans).stream().map(Span::toString).toList();
        return Alignment.wordsOf(new Encoded(new long[spans.length], tokens, tokens, List.of(spans), List.of()), text);
    }

    @Test
    void the_start_mark_is_read_but_is_linked_to_nothing() {
        assertThat(READ.by((query, key) -> WEIGHTS[query][key]))
                .extracting(WordsRead.Read::source)
                .containsExactly(-1, -1);
        assertThat(READ.links((query, key) -> WEIGHTS[query][key])).containsExactly(new Link(1, 0), new Link(0, 1));
    }

    @Test
    void nothing_is_linked_where_the_source_has_no_word() {
        WordsRead marks = new WordsRead(words("", new Span(0, 0)), words("below", new Span(0, 0), new Span(0, 5)));
        assertThat(marks.links((query, key) -> 1)).isEmpty();
    }
}
