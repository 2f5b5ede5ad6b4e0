package io.heed.config;

import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.BigIntegerNode;
import tools.jackson.databind.node.DoubleNode;

/**
 * Reads numbers as YAML 1.2's core schema or YAML 1.1 spells them. A text that the two read as different numbers, such
 * as {@code 010}, is refused.
 */
final class YamlNumber {

    private static final Pattern UNDERSCORE = Pattern.compile("(?<=[0-9a-fA-F])_(?=[0-9a-fA-F])");
    private static final Pattern WITH_BASE = Pattern.compile("([-+]?)0([box])([0-9a-fA-F]+)");
    private static final Pattern DECIMAL = Pattern.compile("[-+]?[0-9]+");
    private static final Pattern OCTAL = Pattern.compile("[-+]?0[0-7]+");
    private static final Pattern REAL = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
    private static final Pattern INFINITY = Pattern.compile("[-+]?\\.(inf|Inf|INF)");
    private static final Pattern NAN = Pattern.compile("\\.(nan|NaN|NAN)");
    private static final Pattern GROUPED = Pattern.compile("[-+]?[0-9]{1,3}([,' ][0-9]{3})+");

    /** The longest number accepted: the time to read digits grows with the square of their count. */
    private static final int LONGEST = 400;

    private YamlNumber() {}

    /** Returns the number that a plain text spells; empty if it spells none or an ambiguous one. */
    static Optional<JsonNode> of(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        String digits = UNDERSCORE.matcher(text).replaceAll("");
        Matcher based = WITH_BASE.matcher(digits);
        if (based.matches()) {
            int base = based.group(2).equals("b") ? 2 : based.group(2).equals("o") ? 8 : 16;
            return whole(based.group(1) + based.group(3), base);
        }
        if (DECIMAL.matcher(digits).matches()) {
            Optional<JsonNode> decimal = whole(digits, 10);
            boolean both = !OCTAL.matcher(digits).matches() || decimal.equals(whole(digits, 8));
            return both ? decimal : Optional.empty();
        }
        if (REAL.matcher(digits).matches()) {
            return Optional.of(DoubleNode.valueOf(Double.parseDouble(digits)));
        }
        if (INFINITY.matcher(text).matches()) {
            boolean negative = text.startsWith("-");
            return Optional.of(DoubleNode.valueOf(negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY));
        }
        return NAN.matcher(text).matches() ? Optional.of(DoubleNode.valueOf(Double.NaN)) : Optional.empty();
    }

    private static Optional<JsonNode> whole(String digits, int base) {
        try {
            return Optional.of(BigIntegerNode.valueOf(new BigInteger(digits, base)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /**
     * Suggests how to write a number that is spelt in another way, as in {@code "; write 1000"}; "" if there is nothing
     * to suggest.
     */
    static String spelling(String text) {
        if (text.length() > LONGEST) {
            return "";
        }
        String digits = UNDERSCORE.matcher(text).replaceAll("");
        if (OCTAL.matcher(digits).matches()) {
            return ", but %s to YAML 1.2 and %s to YAML 1.1; write the one you mean"
                    .formatted(new BigInteger(digits), new BigInteger(digits, 8));
        }
        return GROUPED.matcher(text).matches() ? "; write " + text.replaceAll("[,' ]", "") : "";
    }
}
