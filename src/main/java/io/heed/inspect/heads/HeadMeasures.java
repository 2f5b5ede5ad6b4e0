package io.heed.inspect.heads;

import java.util.EnumMap;
import java.util.Map;

/**
 * The measures of one head's attention weights, over one text or several. Rows are queries, columns are keys; a text's first row is not
 * counted, since its query can only read itself. Each measure is a mean over the places it applies to, pooled over all texts; it is NaN
 * if there are none.
 */
public final class HeadMeasures {

    private final Map<HeadMeasure, Double> sums = new EnumMap<>(HeadMeasure.class);
    private final Map<HeadMeasure, Long> places = new EnumMap<>(HeadMeasure.class);

    /** Starts with no text. */
    public HeadMeasures() {
        add(new float[0][], new long[0]);
    }

    /**
     * Adds a text.
     *
     * @param weights (T,T), each row sums to one
     * @param ids the tokens' ids, (T)
     */
    public void add(float[][] weights, long[] ids) {
        for (HeadMeasure measure : HeadMeasure.values()) {
            HeadMeasure.OfQuery ofQuery = measure.ofQuery();
            double sum = sums.getOrDefault(measure, 0.);
            long count = places.getOrDefault(measure, 0L);
            for (int query = 1; ofQuery != null && query < weights.length; query++) {
                double value = ofQuery.of(weights[query], query, ids);
                sum += Double.isNaN(value) ? 0 : value;
                count += Double.isNaN(value) ? 0 : 1;
            }
            if (ofQuery != null) {
                sums.put(measure, sum);
                places.put(measure, count);
            }
        }
    }

    /** All measures of texts that were added, in the order in which they are shown. */
    public Map<HeadMeasure, Double> all() {
        Map<HeadMeasure, Double> all = new EnumMap<>(HeadMeasure.class);
        sums.forEach((measure, sum) -> all.put(measure, sum / places.getOrDefault(measure, 0L))); // 0 / 0 is NaN
        return all;
    }

    /** The number of places each measure is the mean of. */
    public Map<HeadMeasure, Long> places() {
        return new EnumMap<>(places);
    }
}
