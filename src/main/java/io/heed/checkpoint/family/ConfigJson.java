package io.heed.checkpoint.family;

import io.heed.HeedException;
import io.heed.Json;
import io.heed.text.Visible;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Reads checked values from a config.json by key.
 *
 * @param root the content
 * @param file its name, for messages
 * @param secondNames alternative names of keys; if both are given, the alternative wins, as in transformers
 */
public record ConfigJson(JsonNode root, Path file, Map<String, String> secondNames) {

    /** Whether a key has a value. */
    boolean given(String key) {
        return !root.path(key).isMissingNode() && !root.path(key).isNull();
    }

    /** Returns a text, or "" if the key has none. */
    String text(String key) {
        return root.path(key).asString("");
    }

    /**
     * Returns true or false.
     *
     * @param otherwise the value if the key has none
     * @throws HeedException if it is neither
     */
    boolean truth(String key, boolean otherwise) {
        if (!given(key)) {
            return otherwise;
        }
        if (!root.path(key).isBoolean()) {
            throw wrong(key, "not true or false");
        }
        return root.path(key).booleanValue();
    }

    /**
     * Returns a number at least 0 and less than 1.
     *
     * @param otherwise the value if the key has none
     * @throws HeedException if it is not such a number
     */
    double share(String key, double otherwise) {
        if (!given(key)) {
            return otherwise;
        }
        double value = root.path(key).isNumber() ? root.path(key).doubleValue() : Double.NaN;
        if (!(value >= 0 && value < 1)) {
            throw wrong(key, "not a number at least 0 and less than 1");
        }
        return value;
    }

    /**
     * Returns a finite number.
     *
     * @param otherwise the value if the key has none
     * @throws HeedException if it is not such a number
     */
    double number(String key, double otherwise) {
        if (!given(key)) {
            return otherwise;
        }
        double value = root.path(key).isNumber() ? root.path(key).doubleValue() : Double.NaN;
        if (!Double.isFinite(value)) {
            throw wrong(key, "not a finite number");
        }
        return value;
    }

    /**
     * Returns a number above 0.
     *
     * @throws HeedException if it is missing or not such a number
     */
    double above(String key) {
        if (!given(key)) {
            throw new HeedException("%s: %s is missing".formatted(file, key));
        }
        double value = number(key, 0);
        if (!(value > 0)) {
            throw wrong(key, "not a number above 0");
        }
        return value;
    }

    /** Returns a whole number above 0, or a default if the key has none. */
    int positive(String key, int otherwise) {
        return given(name(key)) ? positive(key) : otherwise;
    }

    /** Returns a whole number of at least 0, or a default if the key has none. */
    int whole(String key, int otherwise) {
        if (!given(key)) {
            return otherwise;
        }
        return root.path(key).asInt(-1) == 0 ? 0 : positive(key);
    }

    /**
     * Returns a word of an enumeration.
     *
     * @throws HeedException if it is not one of them
     */
    <E extends Enum<E>> E word(String key, E[] words, E otherwise) {
        if (!given(key)) {
            return otherwise;
        }
        return Stream.of(words)
                .filter(word -> Json.word(word).equals(text(key)))
                .findFirst()
                .orElseThrow(() -> wrong(
                        key, "not one of " + Stream.of(words).map(Json::word).collect(Collectors.joining(", "))));
    }

    /**
     * Returns the keys inside a key.
     *
     * @throws HeedException if it has none
     */
    ConfigJson inside(String key) {
        if (!root.path(key).isObject()) {
            throw wrong(key, "not an object of keys");
        }
        return new ConfigJson(root.path(key), file, Map.of());
    }

    /**
     * Returns a whole number above 0.
     *
     * @throws HeedException if it is missing or not such a number
     */
    int positive(String key) {
        JsonNode value = root.path(name(key));
        if (value.isMissingNode()) {
            throw new HeedException("%s: %s is missing".formatted(file, key));
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw wrong(key, "not a whole number");
        }
        if (value.intValue() < 1) {
            throw wrong(key, "not a positive number");
        }
        return value.intValue();
    }

    /** Returns the exception for a value that is not valid. */
    HeedException wrong(String key, String why) {
        String value = Visible.text(root.path(name(key)).toString());
        String shown = value.length() > 60 ? value.substring(0, 60) + "…" : value;
        return new HeedException("%s: %s is %s, %s".formatted(file, name(key), shown, why));
    }

    /** The name under which the file gives a value. */
    String name(String key) {
        String second = secondNames.getOrDefault(key, key);
        return root.has(second) ? second : key;
    }
}
