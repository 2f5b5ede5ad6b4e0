package io.heed.train;

import io.heed.text.Corpus;
import io.heed.text.DataFormat;
import java.util.ArrayList;
import java.util.List;

/** What whoever trains should know about a text, a sentence each. */
final class TextAdvice {

    private static final double MANY_UNKNOWN = 0.05;
    private static final double MANY_REPEATED = 0.01;

    private TextAdvice() {}

    /**
     * Looks at a text that is cut into tokens.
     *
     * @param mayReadLonger whether the context can be larger
     */
    static List<String> of(Corpus corpus, RunConfig config, boolean mayReadLonger) {
        List<String> advice = new ArrayList<>();
        int cut = corpus.training().cutRows() + corpus.validation().cutRows();
        if (cut > 0) {
            List<String> ways = new ArrayList<>();
            if (mayReadLonger) {
                ways.add("a larger model.context keeps them");
            }
            if (config.data().format() == DataFormat.LINES) {
                ways.add("data.format: stream reads all as one long text");
            }
            advice.add("%,d %s are longer than the context of %d tokens, and their ends are left out%s"
                    .formatted(
                            cut,
                            config.data().format() == DataFormat.LINES ? "lines" : "pairs",
                            config.model().context(),
                            ways.isEmpty() ? "" : "; " + String.join(", or ", ways)));
        }
        if (corpus.repeatedLines() >= Math.max(1, MANY_REPEATED * corpus.comparedLines())) {
            advice.add(
                    ("%,d of the validation part's %,d lines stand in the training part too, so its loss looks better"
                                    + " than it would on new text; leave repeated lines out, or set data.validation to another text")
                            .formatted(corpus.repeatedLines(), corpus.comparedLines()));
        }
        if (corpus.unknownShare() >= MANY_UNKNOWN) {
            advice.add(
                    "%.0f %% of the training part's tokens stand for words that the tokenizer does not know, of which nothing is learnt"
                            .formatted(100 * corpus.unknownShare()));
        }
        return advice;
    }
}
