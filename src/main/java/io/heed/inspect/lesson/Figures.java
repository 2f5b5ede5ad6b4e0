package io.heed.inspect.lesson;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * How a lesson prints numbers. A step's inputs have three more decimals than its results, so that the results can be recomputed from
 * what is printed.
 *
 * @param digits the decimals of a step's results
 */
record Figures(int digits) {

    private static final int GUARD = 3;

    /** A step's result. */
    String end(double number) {
        return fixed(number, digits);
    }

    /** A step's input, or a number in between. */
    String start(double number) {
        return fixed(number, digits + GUARD);
    }

    /** A variance or a deviation, which may be small and is divided by. */
    String divisor(double number) {
        return fixed(number, digits + 2 * GUARD);
    }

    /** What {@link #start} prints, as a number to compute with. */
    double started(double number) {
        return Double.isFinite(number) ? Double.parseDouble(start(number)) : number;
    }

    /** What {@link #divisor} prints, as a number to compute with. */
    double divided(double number) {
        return Double.parseDouble(divisor(number));
    }

    /** What {@link #start} prints of each number. */
    double[] started(float[] numbers) {
        double[] printed = new double[numbers.length];
        for (int i = 0; i < printed.length; i++) {
            printed[i] = started(numbers[i]);
        }
        return printed;
    }

    private static String fixed(double number, int decimals) {
        if (Double.isInfinite(number)) {
            return number < 0 ? "−∞" : "∞";
        }
        return new BigDecimal(number).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
    }
}
