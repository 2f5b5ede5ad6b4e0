package io.heed.inspect.lesson;

/**
 * Attention small enough to work by hand: {@code softmax(QKᵀ/√d)·V} in double precision, with queries, keys and values the rows
 * themselves, one head, nothing learned and nothing hidden (Vaswani et al., arXiv 1706.03762, equation 1).
 *
 * @param rows X, (T,d)
 * @param products QKᵀ, (T,T)
 * @param scores QKᵀ/√d, (T,T)
 * @param weights softmax of the scores along keys, (T,T)
 * @param output weights·V, (T,d)
 */
public record WorkedExample(
        double[][] rows, double[][] products, double[][] scores, double[][] weights, double[][] output) {

    /** Computes it for these rows, all of the same length. */
    static WorkedExample of(double[][] rows) {
        int length = rows.length;
        double root = Math.sqrt(rows[0].length);
        double[][] products = new double[length][length];
        double[][] scores = new double[length][length];
        double[][] weights = new double[length][];
        double[][] output = new double[length][];
        for (int query = 0; query < length; query++) {
            for (int key = 0; key < length; key++) {
                products[query][key] = dot(rows[query], rows[key]);
                scores[query][key] = products[query][key] / root;
            }
            weights[query] = softmax(scores[query]);
            output[query] = blend(weights[query], rows);
        }
        return new WorkedExample(rows, products, scores, weights, output);
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /** {@code exp(score)/Σ exp(scores)}; the largest is subtracted from each first, so that none overflows. */
    static double[] softmax(double[] scores) {
        double highest = Double.NEGATIVE_INFINITY;
        for (double score : scores) {
            highest = Math.max(highest, score);
        }
        double sum = 0;
        double[] weights = new double[scores.length];
        for (int i = 0; i < scores.length; i++) {
            weights[i] = Math.exp(scores[i] - highest);
            sum += weights[i];
        }
        for (int i = 0; i < scores.length; i++) {
            weights[i] /= sum;
        }
        return weights;
    }

    /** The sum of the rows, each times its weight. */
    static double[] blend(double[] weights, double[][] rows) {
        double[] sum = new double[rows[0].length];
        for (int row = 0; row < rows.length; row++) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += weights[row] * rows[row][i];
            }
        }
        return sum;
    }
}
