package io.heed.inspect.heads;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Measures of one head's attention weights, over one text or several. Rows are queries, columns are keys; a text's first row is not
 * counted, since its query can only read itself. Each measure is a mean over the places it applies to, pooled over all texts; it is NaN
 * if there are none.
 */
public final class HeadMeasures {

    private final Mean entropy = new Mean();
    private final Mean distance = new Mean();
    private final Mean firstToken = new Mean();
    private final Mean ownToken = new Mean();
    private final Mean previousToken = new Mean();
    private final Mean duplicateToken = new Mean();
    private final Mean induction = new Mean();

    /** Starts with no text. */
    public HeadMeasures() {}

    /** Measures one text, as {@link #add} does. */
    public HeadMeasures(float[][] weights, long[] ids) {
        add(weights, ids);
    }

    /**
     * Adds a text.
     *
     * @param weights (T,T), each row sums to one
     * @param ids the tokens' ids, (T)
     */
    public void add(float[][] weights, long[] ids) {
        for (int query = 1; query < weights.length; query++) {
            float[] row = weights[query];
            double information = 0;
            double back = 0;
            for (int key = 0; key <= query; key++) {
                double weight = row[key];
                information -= weight > 0 ? weight * Math.log(weight) : 0;
                back += weight * (query - key);
            }
            entropy.add(information / Math.log(query + 1));
            distance.add(back);
            firstToken.add(row[0]);
            ownToken.add(row[query]);
            previousToken.add(row[query - 1]);
            addShareOn(duplicateToken, 0, query, row, ids);
            addShareOn(induction, 1, query, row, ids);
        }
    }

    /** The share on positions this many after an earlier occurrence of the query's token, and before the query. */
    private static void addShareOn(Mean mean, int after, int query, float[] row, long[] ids) {
        double share = 0;
        boolean occurs = false;
        for (int earlier = 0; earlier + after < query; earlier++) {
            if (ids[earlier] == ids[query]) {
                occurs = true;
                share += row[earlier + after];
            }
        }
        if (occurs) {
            mean.add(share);
        }
    }

    /** All measures by name, in the order in which they are shown. */
    public Map<String, Double> all() {
        return byName(Mean::value);
    }

    /** The number of places each measure is the mean of, by the same names. */
    public Map<String, Long> places() {
        return byName(Mean::count);
    }

    private <T> Map<String, T> byName(Function<Mean, T> what) {
        Map<String, T> all = new LinkedHashMap<>();
        all.put("entropy", what.apply(entropy));
        all.put("distance", what.apply(distance));
        all.put("first_token", what.apply(firstToken));
        all.put("own_token", what.apply(ownToken));
        all.put("previous_token", what.apply(previousToken));
        all.put("duplicate_token", what.apply(duplicateToken));
        all.put("induction", what.apply(induction));
        return all;
    }

    /**
     * How evenly a query reads: {@code −Σ a·ln a / ln n} over the n keys it may see, the mean over queries. 0 where each reads one key, 1
     * where each reads all alike (Shannon entropy; for attention, Clark et al., arXiv 1906.04341).
     */
    public double entropy() {
        return entropy.value();
    }

    /** How far back a query reads, in tokens: {@code Σ a·(query − key)}, the mean over queries. */
    public double distance() {
        return distance.value();
    }

    /** The share that goes to the first token, where heads with nothing to look for rest (Xiao et al., arXiv 2309.17453). */
    public double firstToken() {
        return firstToken.value();
    }

    /** The share that goes to the query's own position. */
    public double ownToken() {
        return ownToken.value();
    }

    /** The share that goes to the token before the query. */
    public double previousToken() {
        return previousToken.value();
    }

    /** The share that goes to earlier occurrences of the query's token, over queries that have one. */
    public double duplicateToken() {
        return duplicateToken.value();
    }

    /**
     * The share that goes to tokens that follow an earlier occurrence of the query's token, over queries that have one: what an induction
     * head does, to predict that what came next will come next again (Olsson et al., arXiv 2209.11895).
     */
    public double induction() {
        return induction.value();
    }

    private static final class Mean {
        private double sum;
        private long count;

        void add(double value) {
            sum += value;
            count++;
        }

        double value() {
            return count == 0 ? Double.NaN : sum / count;
        }

        long count() {
            return count;
        }
    }
}
