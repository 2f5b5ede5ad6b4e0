package io.heed.config;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What stands in a YAML: a text, a list or keys with values, and where it stands. */
sealed interface YamlNode {

    /** Where it stands, as in {@code my.yaml:4:9}. */
    String place();

    /** It, where it is referred to from another place. */
    YamlNode at(String other);

    /** It on one line, as messages show it: of something long, the beginning. */
    default String shown() {
        StringBuilder text = new StringBuilder();
        write(text);
        return text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "…" : text.toString();
    }

    /** Nothing more is written of a value once so many characters of it are. */
    int LONGEST_SHOWN = 60;

    /** Writes it, but no more than is shown: aliases make a short file long. */
    void write(StringBuilder text);

    /**
     * A text, a number, or nothing.
     *
     * @param text what stands there, without its quotes
     * @param quoted whether it stands in quotes, or is a text by its tag, and so no number whatever it looks like
     */
    record Scalar(String place, String text, boolean quoted) implements YamlNode {

        /** Whether YAML takes it for no value. */
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

    /** Keys and their values, in their order; it can be changed. */
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
