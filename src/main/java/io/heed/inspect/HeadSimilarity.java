package io.heed.inspect;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How alike heads read, over one text or several: one less the Jensen–Shannon divergence of their rows, {@code H((p+q)/2) −
 * (H(p)+H(q))/2}, as a share of its maximum, ln 2; the mean over queries but the first of each text (the divergence: Clark et
 * al., arXiv 1906.04341). 1 for heads that read alike, 0 for heads that share no key.
 *
 * <p>A text costs a logarithm for each pair of heads and each weight: {@code (L·H)²·T²/4}.
 */
public final class HeadSimilarity {

    /**
     * Another head that reads alike.
     *
     * @param layer its layer, from 0
     * @param head the head, from 0
     * @param similarity how alike, from 0 to 1
     */
    public record Neighbour(int layer, int head, double similarity) {}

    /** The number of logarithms that counts as quick. */
    private static final double QUICK = 5e8;

    private final int heads;
    private final double[][] sums; // of divergences in nats, of a head and those before it
    private long queries;

    /** Starts with no text. */
    public HeadSimilarity(int layers, int heads) {
        this.heads = heads;
        sums = new double[layers * heads][layers * heads];
    }

    /** Whether this many heads in all can be compared on a text within a few seconds. */
    public static boolean isQuick(int heads, int tokens) {
        return Math.pow((double) heads * tokens, 2) / 4 < QUICK;
    }

    /** Compares the heads in one text. */
    public static HeadSimilarity of(Recording recording) {
        HeadSimilarity similarity = new HeadSimilarity(recording.layers(), recording.heads());
        similarity.add(recording);
        return similarity;
    }

    /** Adds a text's queries. */
    public void add(Recording recording) {
        float[][][] weights = new float[sums.length][][];
        double[] entropies = new double[sums.length];
        for (int i = 0; i < sums.length; i++) {
            weights[i] = recording.weights(i / heads, i % heads);
            entropies[i] = entropy(weights[i], weights[i]);
        }
        IntStream.range(0, sums.length).parallel().forEach(one -> {
            for (int other = 0; other < one; other++) {
                double divergence = entropy(weights[one], weights[other]) - (entropies[one] + entropies[other]) / 2;
                sums[one][other] += Math.max(0, divergence);
            }
        });
        queries += recording.length() - 1;
    }

    /** The entropy of the mean of two heads' rows, the sum over queries but the first. */
    private static double entropy(float[][] one, float[][] other) {
        double sum = 0;
        for (int query = 1; query < one.length; query++) {
            for (int key = 0; key <= query; key++) {
                double p = ((double) one[query][key] + other[query][key]) / 2;
                sum -= p > 0 ? p * Math.log(p) : 0;
            }
        }
        return sum;
    }

    /**
     * Returns how alike all pairs are, (L·H, L·H), the head {@code layer·H + head}. Before a text of two tokens was added, all are 1.
     */
    public double[][] matrix() {
        double[][] matrix = new double[sums.length][sums.length];
        for (int one = 0; one < sums.length; one++) {
            matrix[one][one] = 1;
            for (int other = 0; other < one; other++) {
                double share = queries == 0 ? 0 : sums[one][other] / queries / Math.log(2);
                matrix[one][other] = Math.max(0, 1 - share);
                matrix[other][one] = matrix[one][other];
            }
        }
        return matrix;
    }

    /** Returns the same for each layer, (H,L,H). */
    List<Tensor> tensors() {
        double[][] matrix = matrix();
        int layers = matrix.length / heads;
        return IntStream.range(0, layers)
                .mapToObj(layer -> Arrays.copyOfRange(matrix, layer * heads, (layer + 1) * heads))
                .map(rows -> Tensor.of(rows, heads, layers, heads))
                .toList();
    }

    /**
     * Returns for each head the other that is most like it, in the order of layers and heads; the first of several. There is
     * none in a model of a single head, or before a text of two tokens was added.
     */
    public Neighbour[] neighbours() {
        double[][] matrix = matrix();
        Neighbour[] neighbours = new Neighbour[matrix.length < 2 || queries == 0 ? 0 : matrix.length];
        for (int one = 0; one < neighbours.length; one++) {
            int best = one == 0 ? 1 : 0;
            for (int other = 0; other < matrix.length; other++) {
                best = other != one && matrix[one][other] > matrix[one][best] ? other : best;
            }
            neighbours[one] = new Neighbour(best / heads, best % heads, matrix[one][best]);
        }
        return neighbours;
    }
}
