package io.heed.inspect.lesson;

import io.heed.model.Weight.Role;
import io.heed.model.shape.Norm;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * A norm as a step of a lesson: layer normalisation, {@code (x − mean)/√(variance + ε)·weight + bias}, or RMS normalisation,
 * {@code x/√(mean square + ε)·weight}.
 */
final class Norms {

    private Norms() {}

    /**
     * Adds the norm of a vector, of the model's kind, to a section.
     *
     * @param x the norm's input
     * @param result its output in the model
     * @param scale the norm's weight
     * @param shift its bias
     */
    static SectionDraft tell(
            SectionDraft draft, Figures figures, Explanation told, float[] x, float[] result, Role scale, Role shift) {
        return told.config().norm().kind() == Norm.Kind.RMS
                ? byRoot(draft, figures, told, x, result, scale)
                : byMeanAndVariance(draft, figures, told, x, result, scale, shift);
    }

    private static SectionDraft byMeanAndVariance(
            SectionDraft draft, Figures figures, Explanation told, float[] x, float[] result, Role scale, Role shift) {
        double[] printed = figures.started(x);
        float[] weight = told.numbers(told.weight(scale));
        float[] bias = told.numbers(told.weight(shift));
        double sum = 0;
        for (double number : printed) {
            sum += number;
        }
        double mean = figures.divided(sum / x.length);
        double squares = 0;
        for (double number : printed) {
            squares += (number - mean) * (number - mean);
        }
        double variance = figures.divided(squares / x.length);
        double epsilon = told.config().norm().epsilon();
        double deviation = figures.divided(Math.sqrt(variance + epsilon));
        List<List<String>> rows = new ArrayList<>();
        for (int c = 0; c < x.length; c++) {
            double centred = figures.started(printed[c] - mean);
            rows.add(List.of(
                    String.valueOf(c),
                    figures.start(x[c]),
                    figures.start(centred),
                    figures.start(centred / deviation),
                    figures.start(weight[c]),
                    figures.start(bias[c]),
                    figures.end(result[c])));
        }
        return draft.say("Layer normalisation gives the vector mean 0 and variance 1, then scales and shifts each"
                        + " number by a trained weight and bias (" + name(told, scale) + ").")
                .formula("mean = Σ x/%d = %s".formatted(x.length, figures.divisor(mean)))
                .formula("variance = Σ (x − mean)²/%d = %s".formatted(x.length, figures.divisor(variance)))
                .formula("σ = √(variance + %s) = %s".formatted(plain(epsilon), figures.divisor(deviation)))
                .table("The norm", List.of("c", "x", "x − mean", "÷ σ", "weight", "bias", "÷ σ · weight + bias"), rows);
    }

    /**
     * Adds the RMS norm of a vector to a section.
     *
     * @param x the norm's input
     * @param result its output in the model
     * @param scale the norm's weight
     */
    static SectionDraft byRoot(
            SectionDraft draft, Figures figures, Explanation told, float[] x, float[] result, Role scale) {
        float[] weight = told.numbers(told.weight(scale));
        double squares = 0;
        for (double number : figures.started(x)) {
            squares += number * number;
        }
        double square = figures.divided(squares / x.length);
        double epsilon = told.config().norm().epsilon();
        double root = figures.divided(Math.sqrt(square + epsilon));
        List<List<String>> rows = new ArrayList<>();
        for (int c = 0; c < x.length; c++) {
            rows.add(List.of(
                    String.valueOf(c),
                    figures.start(x[c]),
                    figures.start(figures.started(x[c]) / root),
                    figures.start(weight[c]),
                    figures.end(result[c])));
        }
        return draft.say(
                        "RMS normalisation divides the vector by the root of its mean square, so that its numbers have mean"
                                + " square 1, then scales each by a trained weight (" + name(told, scale)
                                + ").")
                .formula("mean square = Σ x²/%d = %s".formatted(x.length, figures.divisor(square)))
                .formula("r = √(mean square + %s) = %s".formatted(plain(epsilon), figures.divisor(root)))
                .table("The norm", List.of("c", "x", "÷ r", "weight", "÷ r · weight"), rows);
    }

    private static String name(Explanation told, Role scale) {
        return told.weight(scale).name().replace(".weight", "");
    }

    /** A number without an exponent. */
    private static String plain(double number) {
        return new BigDecimal(String.valueOf(number)).toPlainString();
    }
}
