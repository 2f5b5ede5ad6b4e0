package io.heed.predict;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.heed.checkpoint.LanguageModel;
import io.heed.model.Distribution;
import io.heed.predict.Score.ScoredToken;
import io.heed.text.Encoded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Says how well a model foresees each token of a text. May be used by several threads at once. */
public final class Scorer {

    /** So many logits, about, are had in memory at once. */
    private static final long LARGEST_BATCH = 1L << 23;

    private final LanguageModel model;

    /** Creates a scorer over a model, which stays the caller's to close. */
    public Scorer(LanguageModel model) {
        this.model = model;
    }

    /** Scores one text, as {@link #score(List)} does several. */
    public Score score(Encoded text) {
        return score(List.of(text)).get(0);
    }

    /**
     * Scores texts of any length. One longer than the context is read through windows that overlap by half, so that each token past the
     * first window is foreseen from at least half a context. Windows of like length are read together.
     *
     * @param texts at least one token each, as the model's tokenizer cuts them
     * @return their scores, in their order
     */
    public List<Score> score(List<Encoded> texts) {
        List<Draft> drafts = texts.stream().map(Draft::new).toList();
        List<Window> windows = new ArrayList<>();
        for (Draft draft : drafts) {
            int scored = 1; // the first token has nothing before it
            for (int start = 0; scored < draft.text.length(); start += (model.context() + 1) / 2) {
                int end = Math.min(draft.text.length() - 1, start + model.context());
                windows.add(new Window(draft, start, scored, end));
                scored = end + 1;
            }
        }
        windows.sort(Comparator.comparingInt(Window::length));
        int rows = rowsAtOnce();
        for (int from = 0; from < windows.size(); from += rows) {
            read(windows.subList(from, Math.min(windows.size(), from + rows)));
        }
        return drafts.stream().map(Draft::score).toList();
    }

    /** What is known of a text so far. */
    private static final class Draft {
        private final Encoded text;
        private final Double[] logs;
        private final Integer[] ranks;

        Draft(Encoded text) {
            this.text = text;
            logs = new Double[text.length()];
            ranks = new Integer[text.length()];
        }

        Score score() {
            List<ScoredToken> tokens = new ArrayList<>();
            for (int i = 0; i < logs.length; i++) {
                Encoded.Span span = text.spans().get(i);
                if (span.start() < span.end()) {
                    tokens.add(new ScoredToken(text.tokens().get(i), (int) text.ids()[i], span, logs[i], ranks[i]));
                }
            }
            return new Score(tokens);
        }
    }

    /** A part of a text that is read, from {@code start} on, for the tokens from {@code first} to {@code last}. */
    private record Window(Draft draft, int start, int first, int last) {
        int length() {
            return last - start;
        }
    }

    /** As many windows as have logits of moderate size. */
    private int rowsAtOnce() {
        long numbers = (long) model.context() * model.transformer().config().vocabulary();
        return (int) Math.max(1, Math.min(64, LARGEST_BATCH / numbers));
    }

    /** Reads windows together, the shorter ones filled up behind, which nothing before it sees. */
    private void read(List<Window> windows) {
        int columns = windows.get(windows.size() - 1).length();
        long[][] ids = windows.stream()
                .map(window ->
                        Arrays.copyOf(Arrays.copyOfRange(window.draft.text.ids(), window.start, window.last), columns))
                .toArray(long[][]::new);
        try (NDManager reading = model.newReading()) {
            NDArray logits = model.read(reading, ids, null); // (B,T,V)
            for (int row = 0; row < ids.length; row++) {
                Window window = windows.get(row);
                for (int place = window.first; place <= window.last; place++) {
                    note(window.draft, place, logits.get(row, place - 1 - window.start));
                }
            }
        }
    }

    private void note(Draft draft, int place, NDArray logits) {
        float[] row = Arrays.copyOf(logits.toFloatArray(), model.tokenizer().size());
        logits.close();
        int id = (int) draft.text.ids()[place];
        draft.logs[place] = new Distribution(row).logProbability(id);
        draft.ranks[place] = 1 + larger(row, id);
    }

    private static int larger(float[] row, int id) {
        int count = 0;
        for (float logit : row) {
            count += logit > row[id] ? 1 : 0;
        }
        return count;
    }
}
