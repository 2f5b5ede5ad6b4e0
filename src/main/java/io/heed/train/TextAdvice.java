package io.heed.train;

import io.heed.config.RunConfig;
import io.heed.text.DataFormat;
import io.heed.text.Plural;
import io.heed.text.corpus.Corpus;
import java.util.ArrayList;
import java.util.List;

/** Advice about a training text, one sentence each. */
final class TextAdvice {

    private static final double MANY_UNKNOWN = 0.05;

    /** From this share on, the validation loss measures memory more than what a model does with new text. */
    private static final double MANY_REPEATED = 0.5;

    /** Below this share, lines may repeat just because they are simple, like those of a small grammar; nothing need be done. */
    private static final double SOME_REPEATED = 0.25;

    private TextAdvice() {}

    /**
     * Returns advice about a text that is cut into tokens.
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
                ways.add("data.format: stream reads the text as one long sequence");
            }
            advice.add("%s longer than the context of %d tokens and %s cut off there%s"
                    .formatted(
                            config.data().format() == DataFormat.LINES
                                    ? Plural.of(cut, "line is", "lines are")
                                    : Plural.of(cut, "pair is", "pairs are"),
                            config.model().context(),
                            cut == 1 ? "is" : "are",
                            ways.isEmpty() ? "" : "; " + String.join(", or ", ways)));
        }
        String repeated = repeated(corpus.repeatedLines(), corpus.comparedLines());
        if (!repeated.isEmpty()) {
            advice.add(repeated);
        }
        if (corpus.unknownShare() >= MANY_UNKNOWN) {
            advice.add(
                    "%.0f %% of the training part's tokens are words that the tokenizer does not know; the model learns nothing about them"
                            .formatted(100 * corpus.unknownShare()));
        }
        return advice;
    }

    /**
     * Advice about lines of the validation part that are also in the training part.
     *
     * @param lines how many lines the validation part has
     * @return empty if they are few
     */
    static String repeated(long repeated, long lines) {
        if (repeated == 0 || repeated < SOME_REPEATED * lines) {
            return "";
        }
        String found = lines == 1
                ? "the validation part's only line is also in the training part"
                : "%,d of the validation part's %,d lines %s also in the training part"
                        .formatted(repeated, lines, repeated == 1 ? "is" : "are");
        return repeated < MANY_REPEATED * lines
                ? found
                : found
                        + ", so its loss looks better than it would on new text; leave repeated lines out, or set"
                        + " data.validation to another text";
    }
}
