package io.heed.run;

import java.util.List;

/**
 * A change of a run by somebody who watches it.
 *
 * @param step the number of steps taken before it
 * @param setting what was changed: {@code rate}, the factor on both configured learning rates
 * @param from its value before
 * @param to its value from then on
 */
public record RunChange(int step, String setting, double from, double to) {

    /** The name of the factor on the learning rates. */
    public static final String RATE = "rate";

    /** The factor on both configured learning rates after some changes: 1 unless one of them changed it. */
    public static double rateFactor(List<RunChange> changes) {
        return changes.isEmpty() ? 1 : changes.get(changes.size() - 1).to;
    }

    /** One sentence's part: what was changed, and when. */
    @Override
    public String toString() {
        return "learning rates × %s from step %d on".formatted(number(to), step + 1);
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
    }
}
