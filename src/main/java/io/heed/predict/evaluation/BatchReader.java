package io.heed.predict.evaluation;

import io.heed.checkpoint.LanguageModel;
import io.heed.model.PassTraces;
import io.heed.predict.Window;
import io.heed.predict.WindowReader;
import io.heed.predict.evaluation.EvaluationTotals.Tally;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads windows and counts how well the model predicts their tokens. Thread-safe. */
final class BatchReader {

    private final WindowReader reader;
    private final int context;
    private final int unknown; // the id that stands for words that are not in the vocabulary

    BatchReader(LanguageModel model, @Nullable PassTraces traces) {
        reader = new WindowReader(model, traces);
        context = model.context();
        unknown = model.tokenizer().vocabulary().unknown().orElse(-1);
    }

    /** Hears each token that is counted, before it is. */
    interface Listener {

        /**
         * A token was scored.
         *
         * @param window the window that scores it
         * @param log its {@code ln p}
         * @param rank its rank, from 1
         * @param unknown whether it stands for a word that is not in the vocabulary
         */
        void token(Window window, double log, int rank, boolean unknown);
    }

    /** Groups windows to be read together. */
    List<List<Window>> batches(List<Window> windows) {
        return reader.batches(windows);
    }

    /** Reads one of those groups. */
    Tally read(List<Window> batch, Listener listener) {
        Tally tally = new Tally(context);
        reader.read(batch, (window, before, log, rank, highest) -> {
            boolean stranger = window.ids()[window.start() + before] == unknown;
            listener.token(window, log, rank, stranger);
            tally.add(before, log, rank, highest, stranger);
        });
        return tally;
    }
}
