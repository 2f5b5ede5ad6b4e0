package io.heed.train;

import io.heed.config.RunConfig;
import io.heed.text.DataFormat;
import io.heed.text.corpus.Corpus;
import java.util.ArrayList;
import java.util.List;

/** What whoever trains should know about a text, a sentence each. */
final class TextAdvice {

    private static final double MANY_UNKNOWN = 0.05;

    /** From here on, a loss is more of memory than of what a model makes of new text. */
    private static final double MANY_REPEATED = 0.5;

    /** Below, lines may well be repeated because they are simple, as a small grammar's are; there is nothing to do about it. */
    private static final double SOME_REPEATED = 0.25;

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
        String repeated = repeated(corpus.repeatedLines(), corpus.comparedLines());
        if (!repeated.isEmpty()) {
            advice.add(repeated);
        }
        if (corpus.unknownShare() >= MANY_UNKNOWN) {
            advice.add(
                    "%.0f %% of the training part's tokens stand for words that the tokenizer does not know, of which nothing is learnt"
                            .formatted(100 * corpus.unknownShare()));
        }
        return advice;
    }

    /**
     * What is to be said of lines of the validation part that stand in the training part too.
     *
     * @param lines how many lines the validation part has
     * @return nothing where they are few
     */
    static String repeated(long repeated, long lines) {
        if (repeated == 0 || repeated < SOME_REPEATED * lines) {
            return "";
        }
        String found =
                "%,d of the validation part's %,d lines stand in the training part too".formatted(repeated, lines);
        return repeated < MANY_REPEATED * lines
                ? found
                : found
                        + ", so its loss looks better than it would on new text; leave repeated lines out, or set"
                        + " data.validation to another text";
    }
}
