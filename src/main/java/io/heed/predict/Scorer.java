package io.heed.predict;

import io.heed.checkpoint.LanguageModel;
import io.heed.predict.Score.ScoredToken;
import io.heed.text.tokenizer.Encoded;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Measures how well a model predicts each token of a text. Thread-safe. */
public final class Scorer {

    private final LanguageModel model;

    /** Creates a scorer over a model, which the caller closes. */
    public Scorer(LanguageModel model) {
        this.model = model;
    }

    /** Scores one text as {@link #score(List)} scores several. */
    public Score score(Encoded text) {
        return score(List.of(text)).get(0);
    }

    /**
     * Scores texts of any length. A text longer than the context is read through windows that overlap by half, so that each token past
     * the first window is predicted from at least half a context. Windows of similar length are read together.
     *
     * @param texts at least one token each, as the model's tokenizer encodes them
     * @return their scores, in the same order
     */
    public List<Score> score(List<Encoded> texts) {
        List<Draft> drafts = texts.stream()
                .map(text -> new Draft(text, startsWithMark(text)))
                .toList();
        Map<Window, Draft> windows = new LinkedHashMap<>();
        for (Draft draft : drafts) {
            Window.of(draft.text.ids(), model.context(), (model.context() + 1) / 2)
                    .forEach(window -> windows.put(window, draft));
        }
        WindowReader reader = new WindowReader(model);
        for (List<Window> batch : reader.batches(List.copyOf(windows.keySet()))) {
            reader.read(batch, (window, before, log, rank, highest) -> {
                Draft draft = Objects.requireNonNull(windows.get(window));
                int place = (int) window.offset() + window.start() + before;
                draft.logs[place] = log;
                draft.ranks[place] = rank;
            });
        }
        return drafts.stream().map(Draft::score).toList();
    }

    /** Whether the first token is a mark that is not in the text; it has no probability. */
    private boolean startsWithMark(Encoded text) {
        Encoded.Span span = text.spans().get(0);
        return span.start() == span.end()
                && model.tokenizer().vocabulary().marks().contains((int) text.ids()[0]);
    }

    /** The scores of a text so far. */
    private static final class Draft {
        private final Encoded text;
        private final int first; // the first token to report
        private final Double[] logs;
        private final Integer[] ranks;

        Draft(Encoded text, boolean marked) {
            this.text = text;
            first = marked ? 1 : 0;
            logs = new Double[text.length()];
            ranks = new Integer[text.length()];
        }

        Score score() {
            List<ScoredToken> tokens = new ArrayList<>();
            for (int i = first; i < logs.length; i++) {
                tokens.add(new ScoredToken(
                        text.tokens().get(i), (int) text.ids()[i], text.spans().get(i), logs[i], ranks[i]));
            }
            return new Score(tokens);
        }
    }
}
