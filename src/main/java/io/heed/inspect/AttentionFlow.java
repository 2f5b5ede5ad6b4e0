package io.heed.inspect;

import io.heed.HeedException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * How much can flow from each position's beginning to a position at the end, attention weights being the capacities of pipes (Abnar and
 * Zuidema, arXiv 2005.00928): the maximum flow through a graph with a node for each layer's position, found along shortest paths with
 * room left (Edmonds and Karp 1972).
 *
 * <p>One pair of positions costs O(V·E²) at worst, V = (L+1)·T and E = L·T²/2; in practice some hundred searches of the graph.
 */
public final class AttentionFlow {

    /** What a text may cost: nodes are few enough for a second or so. */
    private static final int MOST_PIPES = 50_000;

    private static final double NOTHING = 1e-9;

    private final int length;
    private final int layers;
    private final double[][][] room; // by layer, upper position, lower position
    private final double[][][] used;

    private AttentionFlow(Recording recording) {
        length = recording.length();
        layers = recording.layers();
        room = new double[layers][][];
        used = new double[layers][length][length];
        for (int layer = 0; layer < layers; layer++) {
            room[layer] = Rollout.withResidual(recording, layer);
        }
    }

    /**
     * Returns how much can flow from each position at the beginning to one at the end.
     *
     * @param position the position at the end, from 0
     * @return (T), for each beginning by itself, between 0 and 1
     * @throws HeedException if the text is too long for an exact answer
     */
    public static double[] to(Recording recording, int position) {
        long pipes = (long) recording.layers() * recording.length() * (recording.length() + 1) / 2;
        if (pipes > MOST_PIPES) {
            throw new HeedException(("attention flow through %d layers and %d tokens has %d pipes, more than %d;"
                            + " give a shorter text, or look at rollout")
                    .formatted(recording.layers(), recording.length(), pipes, MOST_PIPES));
        }
        double[] flows = new double[recording.length()];
        for (int start = 0; start <= position; start++) {
            flows[start] = new AttentionFlow(recording).between(position, start);
        }
        return flows;
    }

    private double between(int end, int start) {
        double flow = 0;
        while (true) {
            int[] from = search(end, start);
            double more = from.length == 0 ? 0 : along(from, start, Double.POSITIVE_INFINITY, false);
            if (more <= NOTHING) {
                return flow;
            }
            along(from, start, more, true);
            flow += more;
        }
    }

    /** A node is {@code height·T + position}; height L is the end, 0 the beginning. Returns where each node was reached from. */
    private int[] search(int end, int start) {
        int[] from = new int[(layers + 1) * length];
        Arrays.fill(from, -1);
        Deque<Integer> next = new ArrayDeque<>();
        int source = layers * length + end;
        from[source] = source;
        next.add(source);
        while (!next.isEmpty()) {
            int node = next.remove();
            if (node == start) {
                return from;
            }
            int height = node / length;
            int position = node % length;
            for (int other = 0; other < length; other++) {
                if (height > 0 && left(height - 1, position, other) > NOTHING) {
                    reach((height - 1) * length + other, node, from, next);
                }
                if (height < layers && used[height][other][position] > NOTHING) { // back up, against a flow
                    reach((height + 1) * length + other, node, from, next);
                }
            }
        }
        return new int[0];
    }

    private double left(int layer, int upper, int lower) {
        return room[layer][upper][lower] - used[layer][upper][lower];
    }

    private static void reach(int node, int by, int[] from, Deque<Integer> next) {
        if (from[node] < 0) {
            from[node] = by;
            next.add(node);
        }
    }

    /** Goes back along a path: returns the least room on it, or uses so much of each of its pipes. */
    private double along(int[] from, int start, double amount, boolean use) {
        double least = amount;
        for (int node = start; from[node] != node; node = from[node]) {
            int above = from[node];
            boolean down = above / length > node / length;
            int layer = Math.min(above, node) / length;
            int upper = (down ? above : node) % length;
            int lower = (down ? node : above) % length;
            if (use) {
                used[layer][upper][lower] += down ? amount : -amount;
            }
            least = Math.min(least, down ? left(layer, upper, lower) : used[layer][upper][lower]);
        }
        return least;
    }
}
