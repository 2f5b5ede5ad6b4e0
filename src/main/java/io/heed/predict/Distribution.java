package io.heed.predict;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** How likely each token of a vocabulary comes next. */
final class Distribution {

    private final double[] probabilities;

    private Distribution(double[] probabilities) {
        this.probabilities = probabilities;
    }

    /** Softmax: {@code exp(logit)/Σ exp(logits)}, in double precision. */
    static Distribution softmax(float[] logits) {
        double highest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            highest = Math.max(highest, logit);
        }
        double[] probabilities = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] = Math.exp(logits[i] - highest);
            sum += probabilities[i];
        }
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] /= sum;
        }
        return new Distribution(probabilities);
    }

    /** The probability of a token. */
    double probability(int id) {
        return probabilities[id];
    }

    /** The number of tokens. */
    int size() {
        return probabilities.length;
    }

    /** The ids of the likeliest tokens, the likeliest first, lower ids before higher ones of the same probability. */
    List<Integer> likeliest(int count) {
        return IntStream.range(0, probabilities.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer id) -> -probabilities[id])
                        .thenComparing(Comparator.naturalOrder()))
                .limit(count)
                .toList();
    }

    /** Raises probabilities to the power 1/temperature, keeps those of {@code kept}, and makes them sum to one. */
    Distribution sharpened(double temperature, List<Integer> kept) {
        double[] sharp = new double[probabilities.length];
        double highest = probabilities[kept.get(0)];
        for (int id : kept) {
            sharp[id] = Math.pow(probabilities[id] / highest, 1 / temperature);
        }
        double sum = Arrays.stream(sharp).sum();
        for (int id : kept) {
            sharp[id] /= sum;
        }
        return new Distribution(sharp);
    }
}
