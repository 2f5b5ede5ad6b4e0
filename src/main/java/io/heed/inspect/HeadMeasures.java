package io.heed.inspect;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Figures of one head's attention weights. Rows are queries, columns are keys; the first row is never counted, since its query can read
 * itself alone. A figure over rows that do not occur is NaN.
 */
public final class HeadMeasures {

    private final float[][] weights;
    private final long[] ids;

    /**
     * Prepares to measure.
     *
     * @param weights (T,T), each row sums to one
     * @param ids the tokens' ids
     */
    public HeadMeasures(float[][] weights, long[] ids) {
        this.weights = weights;
        this.ids = ids.clone();
    }

    /** All of them by name, in the order that heads are shown with. */
    public Map<String, Double> all() {
        Map<String, Double> all = new LinkedHashMap<>();
        all.put("entropy", entropy());
        all.put("distance", distance());
        all.put("first_token", firstToken());
        all.put("own_token", ownToken());
        all.put("previous_token", previousToken());
        all.put("duplicate_token", duplicateToken());
        all.put("induction", induction());
        return all;
    }

    /**
     * How evenly a query reads: {@code −Σ a·ln a / ln n} over the n keys it may see, the mean over queries. 0 where each reads one key, 1
     * where each reads all alike (Shannon entropy; for attention, Clark et al., arXiv 1906.04341).
     */
    public double entropy() {
        Mean mean = new Mean();
        for (int query = 1; query < weights.length; query++) {
            double entropy = 0;
            for (int key = 0; key <= query; key++) {
                double weight = weights[query][key];
                entropy -= weight > 0 ? weight * Math.log(weight) : 0;
            }
            mean.add(entropy / Math.log(query + 1));
        }
        return mean.value();
    }

    /** How far back a query reads, in tokens: {@code Σ a·(query − key)}, the mean over queries. */
    public double distance() {
        Mean mean = new Mean();
        for (int query = 1; query < weights.length; query++) {
            double distance = 0;
            for (int key = 0; key <= query; key++) {
                distance += weights[query][key] * (query - key);
            }
            mean.add(distance);
        }
        return mean.value();
    }

    /** The share that goes to the first token, where heads rest that look for nothing (Xiao et al., arXiv 2309.17453). */
    public double firstToken() {
        Mean mean = new Mean();
        for (int query = 1; query < weights.length; query++) {
            mean.add(weights[query][0]);
        }
        return mean.value();
    }

    /** The share that goes to the query's own position. */
    public double ownToken() {
        Mean mean = new Mean();
        for (int query = 1; query < weights.length; query++) {
            mean.add(weights[query][query]);
        }
        return mean.value();
    }

    /** The share that goes to the token before the query. */
    public double previousToken() {
        Mean mean = new Mean();
        for (int query = 1; query < weights.length; query++) {
            mean.add(weights[query][query - 1]);
        }
        return mean.value();
    }

    /** The share that goes to earlier occurrences of the query's token, over queries that have one. */
    public double duplicateToken() {
        return shareOn(0);
    }

    /**
     * The share that goes to tokens that follow an earlier occurrence of the query's token, over queries that have one: what an induction
     * head does, to predict that what came next will come next again (Olsson et al., arXiv 2209.11895).
     */
    public double induction() {
        return shareOn(1);
    }

    /** The share on positions so many after an earlier occurrence of the query's token, and before the query. */
    private double shareOn(int after) {
        Mean mean = new Mean();
        for (int query = 1; query < weights.length; query++) {
            double share = 0;
            boolean occurs = false;
            for (int earlier = 0; earlier + after < query; earlier++) {
                if (ids[earlier] == ids[query]) {
                    occurs = true;
                    share += weights[query][earlier + after];
                }
            }
            if (occurs) {
                mean.add(share);
            }
        }
        return mean.value();
    }

    private static final class Mean {
        private double sum;
        private int count;

        void add(double value) {
            sum += value;
            count++;
        }

        double value() {
            return count == 0 ? Double.NaN : sum / count;
        }
    }
}
