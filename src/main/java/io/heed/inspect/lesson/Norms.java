package io.heed.inspect.lesson;

import io.heed.model.Weight.Role;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Layer normalisation, told: {@code (x − mean)/√(variance + ε)·weight + bias}. */
final class Norms {

    private Norms() {}

    /**
     * Adds the norm of a vector to a section.
     *
     * @param x what is normalised
     * @param result what the model made of it
     * @param scale the norm's weight
     * @param shift its bias
     */
    static SectionDraft tell(
            SectionDraft draft, Figures figures, Explanation told, float[] x, float[] result, Role scale, Role shift) {
        double[] printed = figures.started(x);
        float[] weight = told.numbers(told.weight(scale));
        float[] bias = told.numbers(told.weight(shift));
        String name = told.weight(scale).name().replace(".weight", "");
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
        return draft.say("Layer normalisation gives the vector mean 0 and variance 1, then stretches and shifts each"
                        + " number by a weight and a bias that training found (" + name + ").")
                .formula("mean = Σ x/%d = %s".formatted(x.length, figures.divisor(mean)))
                .formula("variance = Σ (x − mean)²/%d = %s".formatted(x.length, figures.divisor(variance)))
                .formula("σ = √(variance + %s) = %s".formatted(plain(epsilon), figures.divisor(deviation)))
                .table("The norm", List.of("c", "x", "x − mean", "÷ σ", "weight", "bias", "÷ σ · weight + bias"), rows);
    }

    /** A number without an exponent. */
    private static String plain(double number) {
        return new BigDecimal(String.valueOf(number)).toPlainString();
    }
}
