package io.heed.inspect;

/**
 * How differently heads read: the Jensen–Shannon divergence of their rows, {@code H((p+q)/2) − (H(p)+H(q))/2} in nats, the mean over
 * queries but the first (Clark et al., arXiv 1906.04341). 0 for heads that read alike, ln 2 for heads that share no key.
 */
public final class HeadSimilarity {

    private HeadSimilarity() {}

    /** Returns the divergence of all pairs, (L·H, L·H); the head {@code layer·H + head}. */
    public static double[][] of(Recording recording) {
        int heads = recording.heads();
        int count = recording.layers() * heads;
        float[][][] weights = new float[count][][];
        for (int i = 0; i < count; i++) {
            weights[i] = recording.weights(i / heads, i % heads);
        }
        double[][] divergences = new double[count][count];
        for (int one = 0; one < count; one++) {
            for (int other = 0; other < one; other++) {
                double divergence = between(weights[one], weights[other]);
                divergences[one][other] = divergence;
                divergences[other][one] = divergence;
            }
        }
        return divergences;
    }

    private static double between(float[][] one, float[][] other) {
        double sum = 0;
        for (int query = 1; query < one.length; query++) {
            double divergence = 0;
            for (int key = 0; key <= query; key++) {
                double p = one[query][key];
                double q = other[query][key];
                divergence += term((p + q) / 2) - (term(p) + term(q)) / 2;
            }
            sum += Math.max(0, divergence);
        }
        return one.length < 2 ? 0 : sum / (one.length - 1);
    }

    private static double term(double p) {
        return p > 0 ? -p * Math.log(p) : 0;
    }
}
