package io.heed.inspect;

import io.heed.model.Trace.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The strongest links of attention. */
public final class Links {

    /** Of equal weights, the later link is the weaker. */
    private static final Comparator<Link> WEAKEST_FIRST = Comparator.comparingDouble(Link::weight)
            .thenComparing(Comparator.comparingInt(Link::query)
                    .thenComparingInt(Link::key)
                    .reversed());

    private Links() {}

    /**
     * One query reading one key.
     *
     * @param layer the layer, from 0
     * @param head the head, from 0
     * @param query the index of the token that reads
     * @param key the index of the token that is read
     * @param weight the weight, from 0 to 1
     */
    public record Link(int layer, int head, int query, int key, double weight) {}

    /**
     * Returns a head's strongest links between different tokens, the strongest first. Links to the start mark are left out: heads that
     * look for nothing in particular rest there (Xiao et al., arXiv 2309.17453).
     *
     * @param count the number of links
     */
    public static List<Link> strongest(Recording maps, int layer, int head, int count) {
        int firstKey = maps.startsWithMark() ? 1 : 0;
        float[][] weights = maps.weights(layer, head);
        PriorityQueue<Link> strongest = new PriorityQueue<>(WEAKEST_FIRST);
        for (int query = 0; query < weights.length; query++) {
            for (int key = firstKey; key < query; key++) {
                boolean full = strongest.size() >= count;
                if (full && (count == 0 || weights[query][key] <= strongest.element().weight)) {
                    continue; // of equals the first stays
                }
                strongest.add(new Link(layer, head, query, key, weights[query][key]));
                if (full) {
                    strongest.remove();
                }
            }
        }
        return strongest.stream().sorted(WEAKEST_FIRST.reversed()).toList();
    }

    /**
     * Returns what a query reads most in each head.
     *
     * @param query the index of the token that reads
     */
    public static List<Link> readBy(Recording maps, int query) {
        List<Link> links = new ArrayList<>();
        for (int layer = 0; layer < maps.layers(); layer++) {
            for (int head = 0; head < maps.heads(); head++) {
                links.add(readBy(maps, layer, head, query));
            }
        }
        return links;
    }

    /**
     * Returns what a query reads most in one head.
     *
     * @param query the index of the token that reads
     */
    public static Link readBy(Recording maps, int layer, int head, int query) {
        float[] row = maps.get(layer, Step.WEIGHTS).at(head, query).values();
        int best = 0;
        for (int key = 1; key <= query; key++) {
            best = row[key] > row[best] ? key : best;
        }
        return new Link(layer, head, query, best, row[best]);
    }
}
