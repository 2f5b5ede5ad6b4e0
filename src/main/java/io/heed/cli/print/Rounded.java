package io.heed.cli.print;

import java.util.Locale;

/** Numbers as they are printed. */
final class Rounded {

    private static final double SMALLEST_PROBABILITY = 0.0001;

    private Rounded() {}

    /** Returns a number with this many decimals; what rounds to zero has no sign. */
    static String of(int decimals, double value) {
        return withoutSign(String.format(Locale.ROOT, "%." + decimals + "f", value));
    }

    /** Returns a number with its sign, unless it rounds to zero. */
    static String signed(int decimals, double value) {
        return withoutSign(String.format(Locale.ROOT, "%+." + decimals + "f", value));
    }

    /** Returns a probability with four decimals, or that it is smaller. */
    static String probability(double probability) {
        return probability > 0 && probability < SMALLEST_PROBABILITY / 2 ? "< 0.0001" : of(4, probability);
    }

    private static String withoutSign(String number) {
        return number.matches("[-+]0(\\.0+)?") ? number.substring(1) : number;
    }
}
