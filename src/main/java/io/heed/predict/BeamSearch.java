package io.heed.predict;

import io.heed.checkpoint.LanguageModel;
import io.heed.model.Distribution;
import io.heed.text.tokenizer.Detokenizer;
import io.heed.text.tokenizer.Encoded;
import io.heed.text.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the likeliest whole continuations, which taking the likeliest token each time may miss: keeps the likeliest few at every
 * length (Graves, arXiv 1211.3711; Sutskever et al., arXiv 1409.3215, section 3.2).
 *
 * <p>The score is the sum of the tokens' log-probabilities, so the more probable of two texts wins, whatever their length. With as
 * many beams as there are prefixes, the search is exhaustive. Marks other than the end of a text are never written, nor are rows of
 * the model that stand for no token.
 */
public final class BeamSearch {

    /**
     * A continuation.
     *
     * @param text the text that was added
     * @param ids the tokens that were added, without the end of the text
     * @param logProbability ln P(continuation | text), in nats, including the end of the text if the model wrote it
     * @param ended whether the model ended the text, rather than the limit on tokens
     */
    public record Beam(String text, List<Long> ids, double logProbability, boolean ended) {}

    /** A token added to another hypothesis, whose row the reader continues; or the start. */
    private record Hypothesis(@Nullable Hypothesis before, int row, int token, double score) {

        private static final Hypothesis BEGINNING = new Hypothesis(null, 0, -1, 0);

        private static final Comparator<Hypothesis> BEST_FIRST = Comparator.comparingDouble(Hypothesis::score)
                .reversed()
                .thenComparingInt(Hypothesis::row)
                .thenComparingInt(Hypothesis::token);
    }

    private final LanguageModel model;
    private final Tokenizer tokenizer;
    private final WritableTokens writable;

    /** Creates a search over a model, which the caller closes. */
    public BeamSearch(LanguageModel model) {
        this.model = model;
        tokenizer = model.tokenizer();
        writable = WritableTokens.after(model);
    }

    /**
     * Finds the likeliest continuations.
     *
     * @param prompt at least one token
     * @param beams the number to keep at every length, at least 1
     * @param tokens the largest number of tokens to add
     * @return at most {@code beams}, the likeliest first
     */
    public List<Beam> search(Encoded prompt, int beams, int tokens) {
        try (RowReader reader = new RowReader(model, List.of(prompt.ids()))) {
            return search(reader, prompt, beams, tokens);
        }
    }

    /** Finds the likeliest continuations with a reader of the prompt, which may hold a source to translate. */
    List<Beam> search(RowReader reader, Encoded prompt, int beams, int tokens) {
        List<Hypothesis> found = new ArrayList<>();
        List<Hypothesis> going = List.of(Hypothesis.BEGINNING);
        for (int added = 0; added < tokens; added++) {
            List<Hypothesis> next = new ArrayList<>();
            for (Hypothesis hypothesis : extend(reader.next(), going, (int) Math.min(2L * beams, Integer.MAX_VALUE))) {
                if (writable.ends(hypothesis.token)) {
                    found.add(hypothesis);
                } else if (next.size() < beams) {
                    next.add(hypothesis);
                }
            }
            keepBest(found, beams);
            boolean settled =
                    found.size() == beams && !next.isEmpty() && next.get(0).score <= found.get(beams - 1).score;
            going = settled ? List.of() : next;
            if (going.isEmpty()) {
                break;
            }
            reader.select(going.stream().mapToInt(Hypothesis::row).toArray());
            for (int row = 0; row < going.size(); row++) {
                reader.append(row, going.get(row).token);
            }
        }
        found.addAll(going);
        keepBest(found, beams);
        return found.stream().map(hypothesis -> beam(prompt, hypothesis)).toList();
    }

    /** The best ways to add one token: twice as many as beams, since each may end one. */
    private List<Hypothesis> extend(float[][] logits, List<Hypothesis> before, int count) {
        List<Hypothesis> all = new ArrayList<>();
        for (int row = 0; row < logits.length; row++) {
            Hypothesis text = before.get(row);
            Distribution next = new Distribution(logits[row]);
            float[] allowed = writable.mask(logits[row]);
            for (int id : Distribution.likeliest(allowed, count)) {
                if (allowed[id] > Float.NEGATIVE_INFINITY) {
                    all.add(new Hypothesis(text, row, id, text.score + next.logProbability(id)));
                }
            }
        }
        all.sort(Hypothesis.BEST_FIRST);
        return all.subList(0, Math.min(count, all.size()));
    }

    private static void keepBest(List<Hypothesis> found, int beams) {
        found.sort(Comparator.comparingDouble(Hypothesis::score).reversed());
        if (found.size() > beams) {
            found.subList(beams, found.size()).clear();
        }
    }

    private Beam beam(Encoded prompt, Hypothesis last) {
        boolean ended = writable.ends(last.token);
        List<Long> ids = new ArrayList<>();
        Hypothesis each = ended ? last.before : last;
        for (; each != null && each.before != null; each = each.before) {
            ids.add((long) each.token);
        }
        Collections.reverse(ids);
        long[] added = ids.stream().mapToLong(Long::longValue).toArray();
        return new Beam(Detokenizer.text(tokenizer, prompt, added), ids, last.score, ended);
    }
}
