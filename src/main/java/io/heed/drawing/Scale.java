package io.heed.drawing;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * An axis with labelled round numbers: multiples of 1, 2 or 5 times a power of ten.
 *
 * @param from where it starts, a round number
 * @param to where it ends
 * @param step from one round number to the next
 */
public record Scale(double from, double to, double step) {

    private static final double ROUNDING = 1e-9;

    /**
     * Returns the shortest axis that contains a range.
     *
     * @param most the largest number of steps, at least 2
     * @param least the smallest step
     */
    public static Scale of(double smallest, double largest, int most, double least) {
        for (double ten = Math.pow(10, Math.floor(Math.log10(least))); ; ten *= 10) {
            for (int factor : new int[] {1, 2, 5}) {
                double step = factor * ten;
                double first = Math.floor(smallest / step + ROUNDING);
                double last = Math.max(first + 1, Math.ceil(largest / step - ROUNDING));
                if (step >= least * (1 - ROUNDING) && last - first <= most) {
                    return new Scale(first * step, last * step, step);
                }
            }
        }
    }

    /** Returns this axis with another end. */
    public Scale endingAt(double end) {
        return new Scale(from, end, step);
    }

    /** Returns the place of a number: 0 at the start, 1 at the end. */
    public double share(double number) {
        return (number - from) / (to - from);
    }

    /** Returns the round numbers, including an end that is one. */
    public List<Double> ticks() {
        return IntStream.rangeClosed(0, (int) Math.floor((to - from) / step + ROUNDING))
                .mapToObj(i -> from + i * step)
                .toList();
    }

    /** Returns a round number as text, with as many decimals as the step has. */
    public String label(double tick) {
        int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + ROUNDING));
        return String.format(Locale.ROOT, "%,." + decimals + "f", tick).replaceFirst("^-(0(\\.0+)?)$", "$1");
    }
}
