package io.heed.inspect.page;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Texts whose numbers have two decimals, or the first digit of those that are smaller. */
final class ShortNumbers {

    private static final int DECIMALS = 2;
    private static final Pattern LONG = Pattern.compile("-?(?<![\\d.])\\d+\\.\\d{3,}(?!\\d|\\.\\d)");

    /** The most terms of a sum, and how many of a longer one are left. */
    private static final int TERMS = 3;

    private ShortNumbers() {}

    /** Rounds the numbers of a text. */
    static String of(String text) {
        return LONG.matcher(text).replaceAll(found -> rounded(new BigDecimal(found.group())));
    }

    /** Rounds the numbers of a formula and shortens its sums. */
    static String formula(String text) {
        return Stream.of(text.split(" = ", -1)).map(ShortNumbers::sum).collect(Collectors.joining(" = "));
    }

    private static String sum(String sum) {
        String[] terms = sum.split(" \\+ ", -1);
        return terms.length <= TERMS ? of(sum) : of(terms[0]) + " + " + of(terms[1]) + " + …";
    }

    private static String rounded(BigDecimal number) {
        BigDecimal rounded = number.setScale(DECIMALS, RoundingMode.HALF_EVEN);
        boolean vanishes = rounded.signum() == 0 && number.signum() != 0;
        return (vanishes ? number.round(new MathContext(1, RoundingMode.HALF_EVEN)) : rounded).toPlainString();
    }
}
