package io.heed.predict;

import io.heed.checkpoint.LanguageModel;
import io.heed.model.Distribution;
import io.heed.text.Detokenizer;
import io.heed.text.Encoded;
import io.heed.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Finds likely continuations as wholes, where taking the likeliest token each time may miss them: keeps the likeliest few at every
 * length (Graves, arXiv 1211.3711; Sutskever et al., arXiv 1409.3215, section 3.2).
 *
 * <p>The score is the sum of the tokens' log-probabilities, so that of two texts the more probable one wins, whatever their length.
 * With as many beams as there are beginnings, the search is exhaustive. Marks other than the end of a text are never written,
 * nor rows of the model that stand for no token.
 */
public final class BeamSearch {

    /**
     * A continuation that was found.
     *
     * @param text what was added
     * @param ids the tokens that were added, the end of the text left out
     * @param logProbability ln P(continuation | text), in nats, that of the end of the text counted where it ends there
     * @param ended whether the model ended the text there, rather than being stopped by the number of tokens
     */
    public record Beam(String text, List<Long> ids, double logProbability, boolean ended) {}

    private record Hypothesis(int parent, int token, double score) {}

    private static final Comparator<Hypothesis> BEST_FIRST = Comparator.comparingDouble(Hypothesis::score)
            .reversed()
            .thenComparingInt(Hypothesis::parent)
            .thenComparingInt(Hypothesis::token);

    private final LanguageModel model;
    private final Tokenizer tokenizer;
    private final Writable writable;

    /** Creates a search over a model, which stays the caller's to close. */
    public BeamSearch(LanguageModel model) {
        this.model = model;
        tokenizer = model.tokenizer();
        writable = Writable.after(model);
    }

    /**
     * Finds likely continuations.
     *
     * @param prompt at least one token
     * @param beams how many to keep at every length, at least 1
     * @param tokens the largest number of tokens to add
     * @return at most {@code beams}, the likeliest first
     */
    public List<Beam> search(Encoded prompt, int beams, int tokens) {
        try (CachedReader reader = new CachedReader(model)) {
            return search(reader, prompt, beams, tokens);
        }
    }

    /** Finds likely continuations with a reader that may know what they translate. */
    List<Beam> search(CachedReader reader, Encoded prompt, int beams, int tokens) {
        List<Beam> found = new ArrayList<>();
        List<long[]> texts = List.of(prompt.ids());
        double[] scores = {0};
        for (int added = 0; added < tokens; added++) {
            List<Hypothesis> next = new ArrayList<>();
            for (Hypothesis hypothesis :
                    extend(reader.read(texts), scores, (int) Math.min(2L * beams, Integer.MAX_VALUE))) {
                if (writable.ends(hypothesis.token)) {
                    found.add(beam(prompt, texts.get(hypothesis.parent), hypothesis.score, true));
                } else if (next.size() < beams) {
                    next.add(hypothesis);
                }
            }
            keepBest(found, beams);
            boolean settled = found.size() == beams
                    && (next.isEmpty() || next.get(0).score <= found.get(beams - 1).logProbability);
            List<long[]> before = texts;
            texts = next.stream()
                    .map(hypothesis -> Ids.append(before.get(hypothesis.parent), hypothesis.token))
                    .toList();
            scores = next.stream().mapToDouble(Hypothesis::score).toArray();
            if (settled || next.isEmpty()) {
                return found;
            }
            reader.select(next.stream().mapToInt(Hypothesis::parent).toArray());
        }
        for (int row = 0; row < texts.size(); row++) {
            found.add(beam(prompt, texts.get(row), scores[row], false));
        }
        keepBest(found, beams);
        return found;
    }

    /** The best ways to add one token; twice as many as there are beams, since each may end one. */
    private List<Hypothesis> extend(float[][] logits, double[] scores, int count) {
        List<Hypothesis> all = new ArrayList<>();
        for (int row = 0; row < logits.length; row++) {
            Distribution next = new Distribution(logits[row]);
            float[] allowed = writable.of(logits[row]);
            for (int id : Distribution.likeliest(allowed, count)) {
                if (allowed[id] > Float.NEGATIVE_INFINITY) {
                    all.add(new Hypothesis(row, id, scores[row] + next.logProbability(id)));
                }
            }
        }
        all.sort(BEST_FIRST);
        return all.subList(0, Math.min(count, all.size()));
    }

    private static void keepBest(List<Beam> found, int beams) {
        found.sort(Comparator.comparingDouble(Beam::logProbability).reversed());
        if (found.size() > beams) {
            found.subList(beams, found.size()).clear();
        }
    }

    private Beam beam(Encoded prompt, long[] whole, double score, boolean ended) {
        long[] added = Arrays.copyOfRange(whole, prompt.length(), whole.length);
        String text = Detokenizer.text(tokenizer, prompt, added);
        return new Beam(text, Arrays.stream(added).boxed().toList(), score, ended);
    }
}
