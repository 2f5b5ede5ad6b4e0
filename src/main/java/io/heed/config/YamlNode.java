package io.heed.config;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A node of a YAML document: a text, a list or keys with values, and its place. */
sealed interface YamlNode {

    /** The place, as in {@code my.yaml:4:9}. */
    String place();

    /** Returns this node with the place of an alias. */
    YamlNode at(String other);

    /** Returns the node on one line, as messages show it, shortened if it is long. */
    default String shown() {
        StringBuilder text = new StringBuilder();
        write(text);
        return text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "…" : text.toString();
    }

    /** A value is cut off after this many characters. */
    int LONGEST_SHOWN = 60;

    /** Writes the node, but no more than is shown, since aliases make a short file long. */
    void write(StringBuilder text);

    /**
     * A text, a number, or nothing.
     *
     * @param text the text, without quotes
     * @param quoted whether it is quoted or tagged as a text, and so never a number
     */
    record Scalar(String place, String text, boolean quoted) implements YamlNode {

        /** Whether YAML reads it as null. */
        boolean isNull() {
            return !quoted
                    && switch (text) {
                        case "", "~", "null", "Null", "NULL" -> true;
                        default -> false;
                    };
        }

        @Override
        public Scalar at(String other) {
            return new Scalar(other, text, quoted);
        }

        @Override
        public void write(StringBuilder out) {
            String value = quoted ? "\"" + text + "\"" : text.isEmpty() ? "null" : text;
            out.append(value, 0, Math.min(value.length(), LONGEST_SHOWN + 1));
        }
    }

    /** A list. */
    record Sequence(String place, List<YamlNode> items) implements YamlNode {

        @Override
        public Sequence at(String other) {
            return new Sequence(other, items);
        }

        @Override
        public void write(StringBuilder out) {
            String before = "[";
            for (YamlNode item : items) {
                if (out.length() > LONGEST_SHOWN) {
                    return;
                }
                item.write(out.append(before));
                before = ", ";
            }
            out.append(items.isEmpty() ? "[]" : "]");
        }
    }

    /** Keys and their values, in order; mutable. */
    record Mapping(String place, Map<String, YamlNode> values) implements YamlNode {

        @Override
        public Mapping at(String other) {
            return new Mapping(other, values);
        }

        @Override
        public void write(StringBuilder out) {
            out.append(values.keySet().stream().limit(LONGEST_SHOWN).collect(Collectors.joining(": …, ", "{", ": …}")));
        }
    }
}
