package io.heed.checkpoint;

import io.heed.HeedException;
import io.heed.text.Visible;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Reads checked values from a config.json by key.
 *
 * @param root the content
 * @param file its name, for messages
 * @param secondNames alternative names of keys; if both are given, the alternative wins, as in transformers
 */
record ConfigJson(JsonNode root, Path file, Map<String, String> secondNames) {

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
