package io.heed.checkpoint;

import io.heed.HeedException;
import io.heed.text.Visible;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A config.json that is being read: values by their keys, checked.
 *
 * @param root what stands in it
 * @param file its name, for messages
 * @param secondNames other names of keys; where both are given, the second counts, as in transformers
 */
record ConfigJson(JsonNode root, Path file, Map<String, String> secondNames) {

    /** Whether a key has a value. */
    boolean given(String key) {
        return !root.path(key).isMissingNode() && !root.path(key).isNull();
    }

    /** Returns a text, empty where the key has none. */
    String text(String key) {
        return root.path(key).asString("");
    }

    /**
     * Returns true or false.
     *
     * @param otherwise what it is where it is not given
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
     * Returns a number from 0 up to 1.
     *
     * @param otherwise what it is where it is not given
     * @throws HeedException if it is not such a number
     */
    double share(String key, double otherwise) {
        if (!given(key)) {
            return otherwise;
        }
        double value = root.path(key).isNumber() ? root.path(key).doubleValue() : Double.NaN;
        if (!(value >= 0 && value < 1)) {
            throw wrong(key, "not a number from 0 up to 1");
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

    /** Returns what says that a value will not do. */
    HeedException wrong(String key, String why) {
        String value = Visible.text(root.path(name(key)).toString());
        String shown = value.length() > 60 ? value.substring(0, 60) + "…" : value;
        return new HeedException("%s: %s is %s, %s".formatted(file, name(key), shown, why));
    }

    /** The name under which a value is given. */
    String name(String key) {
        String second = secondNames.getOrDefault(key, key);
        return root.has(second) ? second : key;
    }
}
