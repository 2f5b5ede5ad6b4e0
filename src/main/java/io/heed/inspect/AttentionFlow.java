package io.heed.inspect;

import io.heed.HeedException;
import java.util.Arrays;

/**
 * How much can flow from each position at the start to each position at the end, with attention weights as the capacities of pipes (Abnar
 * and Zuidema, arXiv 2005.00928): the maximum flow through a graph with a node for each position of each layer, found by blocking flows
 * (Dinic 1970).
 *
 * <p>For a pair of positions, only those between them matter, since none reads ahead: n = q − k + 1 of them, L·n²/2 pipes. Each round of
 * the search visits every pipe once or twice, and there are few rounds. All pairs take about L·T⁴/24 visits per round.
 */
public final class AttentionFlow {

    /** The most that all pairs of a text may cost, in visits to a pipe: some twenty seconds. */
    private static final double MOST_LOOKS = 6e8;

    private static final double NOTHING = 1e-12;

    private final int layers;
    private final int width; // positions from the beginning's to the end's
    private final double[][][] down; // room left, by layer, upper position, lower position
    private final double[][][] up; // room against what flows down, the same way

    private final int[] level; // how far a node is from the end; a node is height·width + position, the end the last
    private final int[] queue;
    private final int[] tried; // how many neighbours of a node are known to lead nowhere

    private AttentionFlow(double[][][] passed, int start, int end) {
        this.layers = passed.length;
        this.width = end - start + 1;
        this.down = new double[layers][width][];
        this.up = new double[layers][width][width];
        for (int layer = 0; layer < layers; layer++) {
            for (int upper = 0; upper < width; upper++) {
                down[layer][upper] = Arrays.copyOfRange(passed[layer][start + upper], start, end + 1);
            }
        }
        int nodes = (layers + 1) * width;
        level = new int[nodes];
        queue = new int[nodes];
        tried = new int[nodes];
    }

    /**
     * Returns how much can flow between all pairs of positions.
     *
     * @return (T,T): rows are positions at the end, columns positions at the start; each pair on its own, between 0 and 1
     * @throws HeedException if the text is {@linkplain #check too long}
     */
    public static double[][] of(Recording recording) {
        check(recording.layers(), recording.length());
        double[][][] passed = passed(recording);
        double[][] flows = new double[recording.length()][recording.length()];
        for (int end = 0; end < flows.length; end++) {
            for (int start = 0; start <= end; start++) {
                flows[end][start] = new AttentionFlow(passed, start, end).most();
            }
        }
        return flows;
    }

    /**
     * Returns how much can flow from each position at the start to one at the end.
     *
     * @param position the position at the end, from 0
     * @return (T), for each start on its own, between 0 and 1
     */
    public static double[] to(Recording recording, int position) {
        double[][][] passed = passed(recording);
        double[] flows = new double[recording.length()];
        for (int start = 0; start <= position; start++) {
            flows[start] = new AttentionFlow(passed, start, position).most();
        }
        return flows;
    }

    /**
     * Checks that the flow between all pairs can be found in some twenty seconds.
     *
     * @throws HeedException if not
     */
    public static void check(int layers, int tokens) {
        if (looks(layers, tokens) > MOST_LOOKS) {
            int most = 1;
            while (looks(layers, most + 1) <= MOST_LOOKS) {
                most++;
            }
            throw new HeedException(("attention flow through %d layers is for texts of at most %d tokens, not of %d;"
                            + " give a shorter text, or look at rollout")
                    .formatted(layers, most, tokens));
        }
    }

    private static double looks(int layers, int tokens) {
        return layers * Math.pow(tokens, 4) / 24;
    }

    private static double[][][] passed(Recording recording) {
        double[][][] passed = new double[recording.layers()][][];
        for (int layer = 0; layer < passed.length; layer++) {
            passed[layer] = Rollout.withResidual(recording, layer);
        }
        return passed;
    }

    private double most() {
        double flow = 0;
        while (reaches()) {
            Arrays.fill(tried, 0);
            flow += push(level.length - 1, Double.POSITIVE_INFINITY);
        }
        return flow;
    }

    /** Computes each node's distance from the end, along pipes with room left; returns whether the start is reached. */
    private boolean reaches() {
        Arrays.fill(level, -1);
        int first = 0;
        int last = 0;
        level[level.length - 1] = 0;
        queue[last++] = level.length - 1;
        while (first < last) {
            int node = queue[first++];
            int height = node / width;
            int position = node % width;
            for (int lower = 0; height > 0 && lower <= position; lower++) {
                int next = (height - 1) * width + lower;
                if (level[next] < 0 && down[height - 1][position][lower] > NOTHING) {
                    level[next] = level[node] + 1;
                    queue[last++] = next;
                }
            }
            for (int upper = position; height < layers && upper < width; upper++) { // back up, against a flow
                int next = (height + 1) * width + upper;
                if (level[next] < 0 && up[height][upper][position] > NOTHING) {
                    level[next] = level[node] + 1;
                    queue[last++] = next;
                }
            }
            if (level[0] >= 0 && level[node] + 1 > level[0]) {
                return true; // what is further away is on no shortest way
            }
        }
        return level[0] >= 0; // the beginning is the first position at height 0
    }

    /** Sends up to an amount from a node to the start, along shortest paths; returns how much arrived. */
    private double push(int node, double amount) {
        if (node == 0) {
            return amount;
        }
        if (level[node] >= level[0]) {
            return 0;
        }
        double sent = 0;
        for (; tried[node] < 2 * width; tried[node]++) {
            int i = tried[node];
            int next = neighbour(node, i);
            if (next < 0 || level[next] != level[node] + 1) {
                continue;
            }
            double room = room(node, i);
            if (room > NOTHING) {
                double more = push(next, Math.min(room, amount - sent));
                use(node, i, more);
                sent += more;
                if (amount - sent <= NOTHING) {
                    return sent; // this neighbour may have room left
                }
            }
        }
        return sent;
    }

    /** A node's neighbours: first those below it, then those above; -1 for none. */
    private int neighbour(int node, int i) {
        int height = node / width;
        if (i < width) {
            return height == 0 || i > node % width ? -1 : (height - 1) * width + i;
        }
        return height == layers || i - width < node % width ? -1 : (height + 1) * width + i - width;
    }

    private double room(int node, int i) {
        int height = node / width;
        int position = node % width;
        return i < width ? down[height - 1][position][i] : up[height][i - width][position];
    }

    private void use(int node, int i, double amount) {
        int height = node / width;
        int position = node % width;
        if (i < width) {
            down[height - 1][position][i] -= amount;
            up[height - 1][position][i] += amount;
        } else {
            down[height][i - width][position] += amount;
            up[height][i - width][position] -= amount;
        }
    }
}
