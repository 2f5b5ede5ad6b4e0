package io.heed.inspect.circuit.graph;

import java.util.BitSet;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Edges at random that lie on ways from the words to the logits. Of edges drawn one by one, most sets of few have no such way, and answer
 * like none.
 */
public final class RandomWays {

    /** How many ways in a row may have too many edges before fewer edges are good enough. */
    private static final int TRIES = 100;

    private RandomWays() {}

    /**
     * Draws a set of edges.
     *
     * @param size how many there are at most; fewer if no way fits into the rest
     */
    public static BitSet of(Graph graph, int size, RandomGenerator random) {
        BitSet chosen = new BitSet();
        int tries = 0;
        while (chosen.cardinality() < size && tries < TRIES) {
            BitSet more = way(graph, random);
            more.or(chosen);
            if (more.cardinality() <= size && graph.connected(more).equals(more)) {
                tries = more.equals(chosen) ? tries + 1 : 0;
                chosen = more;
            } else {
                tries++;
            }
        }
        return chosen;
    }

    /** A way from the logits back to words. */
    private static BitSet way(Graph graph, RandomGenerator random) {
        BitSet way = new BitSet();
        Input input = Input.LOGITS;
        while (true) {
            int edge = graph.first(input) + random.nextInt(graph.before(input.port()));
            way.set(edge);
            List<Input> before = graph.inputs(graph.edges().get(edge).from());
            if (before.isEmpty()) {
                return way;
            }
            input = before.get(random.nextInt(before.size()));
        }
    }
}
