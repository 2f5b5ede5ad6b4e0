package io.heed.inspect;

/**
 * How much of each position at the start is left in each position after some layers, as attention passes it on (Abnar and Zuidema, arXiv
 * 2005.00928): a layer's weights, averaged over its heads, and the residual connection in equal parts, multiplied through the layers.
 */
public final class Rollout {

    private Rollout() {}

    /**
     * Computes the rollout.
     *
     * @return for each layer a matrix (T,T) of what was passed on up to its end: rows are positions after it, columns positions at the
     *     start; rows sum to one
     */
    public static double[][][] of(Recording recording) {
        double[][][] rollout = new double[recording.layers()][][];
        double[][] before = null;
        for (int layer = 0; layer < rollout.length; layer++) {
            double[][] passed = withResidual(recording, layer);
            before = before == null ? passed : product(passed, before);
            rollout[layer] = before;
        }
        return rollout;
    }

    /** {@code A/2 + I/2}, A the mean of the layer's heads: (T,T), rows sum to one. */
    static double[][] withResidual(Recording recording, int layer) {
        int length = recording.length();
        int heads = recording.heads();
        double[][] sum = new double[length][length];
        for (int head = 0; head < heads; head++) {
            float[][] weights = recording.weights(layer, head);
            for (int query = 0; query < length; query++) {
                for (int key = 0; key <= query; key++) {
                    sum[query][key] += weights[query][key] / (2.0 * heads);
                }
            }
        }
        for (int position = 0; position < length; position++) {
            sum[position][position] += 0.5;
        }
        return sum;
    }

    private static double[][] product(double[][] left, double[][] right) {
        double[][] product = new double[left.length][left.length];
        for (int row = 0; row < left.length; row++) {
            for (int middle = 0; middle <= row; middle++) {
                for (int column = 0; column <= middle; column++) {
                    product[row][column] += left[row][middle] * right[middle][column];
                }
            }
        }
        return product;
    }
}
