package io.heed.inspect.heads;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is measured of a head, in the order in which it is shown: the one list for cards, tables, pictures and the page. Each is a number:
 * the mean over the places it applies to, or a share of them. Of the patterns a head shows clearly, its card names the last. docs/measures.md
 * gives the thresholds.
 */
public enum HeadMeasure {
    /**
     * How evenly a query reads: {@code −Σ a·ln a / ln n} over the n keys it may see. 0 where each reads one key, 1 where each reads all alike
     * (Shannon entropy; for attention, Clark et al., arXiv 1906.04341).
     */
    ENTROPY(HeadMeasure::entropy, .9, "Reads evenly: its entropy is %.2f of the maximum."),
    /** How far back a query reads, in tokens: {@code Σ a·(query − key)}. */
    DISTANCE(HeadMeasure::distance),
    /** The share that goes to the first token, where heads with nothing to look for rest (Xiao et al., arXiv 2309.17453). */
    FIRST_TOKEN((row, query, ids) -> row[0], .5, "Rests on the first token: %.2f of its weight."),
    /** The share that goes to the query's own position. */
    OWN_TOKEN((row, query, ids) -> row[query], .5, "Reads its own position: %.2f of its weight."),
    /** The share that goes to the token before the query. */
    PREVIOUS_TOKEN((row, query, ids) -> row[query - 1], .5, "Reads the previous token: %.2f of its weight."),
    /** The share that goes to earlier occurrences of the query's token, over queries that have one. */
    DUPLICATE_TOKEN(
            (row, query, ids) -> shareOn(0, row, query, ids),
            .4,
            "Reads earlier occurrences of the same token: %.2f of its weight."),
    /**
     * The share that goes to tokens that follow an earlier occurrence of the query's token, over queries that have one: what an induction
     * head does, to predict that what came next will come next again (Olsson et al., arXiv 2209.11895).
     */
    INDUCTION((row, query, ids) -> shareOn(1, row, query, ids)),
    /** {@link #INDUCTION} on random tokens that repeat. */
    INDUCTION_ON_RANDOM_TOKENS(
            null,
            .4,
            "Reads what followed the same token earlier (induction): %.2f of its weight, on repeated random tokens."),
    /** The share of places in sentences of the toy corpus, over a clause, where the largest weight is on the subject. */
    SUBJECT_OVER_A_CLAUSE(
            null,
            .5,
            "Reads the subject across a clause: its largest weight is there in %.2f of %d places in sentences of the toy corpus.");

    /** Measures one query: its weights, of which there are as many as ids; NaN where the measure does not apply. */
    @FunctionalInterface
    interface OfQuery {
        double of(float[] row, int query, long[] ids);
    }

    @SuppressWarnings("ImmutableEnumChecker") // functions that hold nothing
    private final @Nullable OfQuery ofQuery;

    private final double clear;
    private final String sentence;

    HeadMeasure(OfQuery ofQuery) {
        this(ofQuery, Double.POSITIVE_INFINITY, "");
    }

    /** One that cards name from a value on, in a sentence with places for the value and the number of places. */
    HeadMeasure(@Nullable OfQuery ofQuery, double clear, String sentence) {
        this.ofQuery = ofQuery;
        this.clear = clear;
        this.sentence = sentence;
    }

    /** How a query of any text is measured, or null where the measure is one of texts made to test it. */
    @Nullable
    OfQuery ofQuery() {
        return ofQuery;
    }

    /** The value from which on a card names it; infinite if none does. */
    public double clear() {
        return clear;
    }

    /** Says what a head does, if that is clear. */
    Optional<String> say(double value, int places) {
        return value >= clear // never for NaN
                ? Optional.of(String.format(Locale.ROOT, sentence, value, places))
                : Optional.empty();
    }

    /** What a head does from the value on that cards name, as in {@code reads the previous token}; empty where that is nothing to tell. */
    public String deed() {
        return switch (this) {
            case ENTROPY, DISTANCE, INDUCTION -> "";
            case FIRST_TOKEN -> "rests on the first token";
            case OWN_TOKEN -> "reads its own position";
            case PREVIOUS_TOKEN -> "reads the previous token";
            case DUPLICATE_TOKEN -> "reads earlier occurrences of the same token";
            case INDUCTION_ON_RANDOM_TOKENS -> "reads what followed the same token earlier";
            case SUBJECT_OVER_A_CLAUSE -> "reads the subject across a clause";
        };
    }

    /** Where a card's value of it is measured, as in {@code over the test sentence}: in the text that was read, or in texts made to test heads. */
    public String where() {
        return switch (this) {
            case INDUCTION_ON_RANDOM_TOKENS -> "in random tokens that repeat";
            case SUBJECT_OVER_A_CLAUSE -> "in held-out sentences";
            default -> "on average over the test sentence";
        };
    }

    /** The name in a narrow column. */
    public String shortName() {
        return switch (this) {
            case INDUCTION_ON_RANDOM_TOKENS -> "on random";
            case SUBJECT_OVER_A_CLAUSE -> "subject";
            default -> toString().replace("_token", "");
        };
    }

    /** The name in files. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static double entropy(float[] row, int query, long[] ids) {
        double information = 0;
        for (int key = 0; key <= query; key++) {
            double weight = row[key];
            information -= weight > 0 ? weight * Math.log(weight) : 0;
        }
        return information / Math.log(query + 1);
    }

    private static double distance(float[] row, int query, long[] ids) {
        double back = 0;
        for (int key = 0; key <= query; key++) {
            back += (double) row[key] * (query - key);
        }
        return back;
    }

    /** The share on positions this many after an earlier occurrence of the query's token, and before the query. */
    private static double shareOn(int after, float[] row, int query, long[] ids) {
        double share = Double.NaN;
        for (int earlier = 0; earlier + after < query; earlier++) {
            if (ids[earlier] == ids[query]) {
                share = (Double.isNaN(share) ? 0 : share) + row[earlier + after];
            }
        }
        return share;
    }
}
