package io.heed.config;

import io.heed.SettingWord;
import java.lang.reflect.RecordComponent;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Describes a configuration key.
 *
 * @param key the key, as in {@code training.steps}
 * @param type the type of its value
 * @param allowed the allowed words; empty if it is not a choice
 * @param minimum the smallest value, or null if there is none
 * @param maximum the largest value, or null if there is none
 * @param defaultValue the default: a number, a boolean, a text or a list of texts; null for a required key or a group
 * @param required whether a configuration must give it
 * @param meaning what it means, in a sentence without a full stop
 */
public record SettingGuide(
        String key,
        Type type,
        List<String> allowed,
        @Nullable Number minimum,
        @Nullable Number maximum,
        @Nullable Object defaultValue,
        boolean required,
        String meaning) {

    /** The type of a value. */
    public enum Type {
        /** Keys of its own. */
        GROUP,
        /** A whole number. */
        INTEGER,
        /** Any number. */
        NUMBER,
        /** True or false. */
        BOOLEAN,
        /** One of a few words. */
        CHOICE,
        /** A text. */
        TEXT,
        /** A text, or a list of texts. */
        TEXTS;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Converts a default to a value of this type. */
        private Object value(String written) {
            return switch (this) {
                case INTEGER -> Long.valueOf(written);
                case NUMBER -> Double.valueOf(written);
                case BOOLEAN -> Boolean.valueOf(written);
                case TEXTS -> written.isEmpty() ? List.of() : List.of(written);
                default -> written;
            };
        }

        private static Type of(Class<?> type) {
            if (type.isRecord()) {
                return GROUP;
            }
            if (type.isEnum()) {
                return CHOICE;
            }
            if (type == List.class) {
                return TEXTS;
            }
            if (type == String.class) {
                return TEXT;
            }
            if (type == boolean.class) {
                return BOOLEAN;
            }
            return type == double.class ? NUMBER : INTEGER;
        }
    }

    /** Describes what is wrong with a value of this key, as in {@code is less than 1}; "" if nothing is. */
    String fault(JsonNode value) {
        return isOfType(value) ? beyond(value) : noneOfType();
    }

    private boolean isOfType(JsonNode value) {
        return switch (type) {
            case GROUP -> value.isObject();
            case INTEGER -> value.isNumber() && value.canConvertToExactIntegral();
            case NUMBER -> value.isNumber() && !Double.isNaN(value.doubleValue());
            case BOOLEAN -> value.isBoolean();
            case CHOICE -> value.isString() && allowed.contains(value.stringValue());
            case TEXT -> value.isValueNode();
            case TEXTS ->
                value.isValueNode()
                        || (value.isArray()
                                && value.valueStream()
                                        .noneMatch(text -> text.asString("").isBlank()));
        };
    }

    private String noneOfType() {
        return switch (type) {
            case GROUP -> "is not a group of keys";
            case INTEGER -> "is not a whole number";
            case NUMBER -> "is not a number";
            case BOOLEAN -> "is not true or false";
            case CHOICE -> "is not one of " + String.join(", ", allowed);
            case TEXT -> "is not a text";
            case TEXTS -> "is neither a text nor a list of texts";
        };
    }

    private String beyond(JsonNode value) {
        if (minimum != null && compare(value, minimum) < 0) {
            return "is less than " + number(minimum);
        }
        return maximum != null && compare(value, maximum) > 0 ? "is more than " + number(maximum) : "";
    }

    private static int compare(JsonNode value, Number limit) {
        return limit instanceof Double
                ? (int) Math.signum(value.doubleValue() - limit.doubleValue())
                : value.bigIntegerValue().compareTo(BigInteger.valueOf(limit.longValue()));
    }

    private static String number(Number value) {
        double number = value.doubleValue();
        return number == Math.rint(number) ? String.valueOf(value.longValue()) : String.valueOf(number);
    }

    /** Returns all keys in the order of {@link RunConfig}, each group before its keys. */
    public static List<SettingGuide> all() {
        return all(RunConfig.class);
    }

    /** Returns all keys of a tree of records, each component of which is a {@link Setting}. */
    static List<SettingGuide> all(Class<?> settings) {
        List<SettingGuide> guides = new ArrayList<>();
        collect(settings, "", guides);
        return guides;
    }

    /** Returns the values of a configuration by key, as texts; "" for no value. */
    public static Map<String, String> values(RunConfig config) {
        Map<String, String> values = new LinkedHashMap<>();
        collectValues(config, "", values);
        return values;
    }

    private static void collectValues(Record settings, String prefix, Map<String, String> values) {
        for (RecordComponent component : settings.getClass().getRecordComponents()) {
            String key = prefix + ConfigReader.name(component);
            Object value = value(settings, component);
            if (value instanceof Record group) {
                collectValues(group, key + ".", values);
            } else if (value instanceof List<?> list) {
                values.put(key, list.stream().map(Object::toString).collect(Collectors.joining(", ")));
            } else {
                values.put(key, value.toString());
            }
        }
    }

    /** Returns the key of this name with all keys below it, or, if there is none, the keys that start with the name. */
    public static List<SettingGuide> matching(String name) {
        List<SettingGuide> below = all().stream()
                .filter(guide -> guide.key.equals(name) || guide.key.startsWith(name + "."))
                .toList();
        return below.isEmpty()
                ? all().stream().filter(guide -> guide.key.startsWith(name)).toList()
                : below;
    }

    /** Returns {@code "; did you mean KEY?"} for a key that does not exist, or "" if no key is close. */
    public static String hint(String key) {
        return NearestKey.hint(key);
    }

    private static void collect(Class<?> settings, String prefix, List<SettingGuide> guides) {
        for (RecordComponent component : settings.getRecordComponents()) {
            String key = prefix + ConfigReader.name(component);
            guides.add(of(key, component));
            if (component.getType().isRecord()) {
                collect(component.getType(), key + ".", guides);
            }
        }
    }

    private static SettingGuide of(String key, RecordComponent component) {
        Setting setting = component.getAnnotation(Setting.class);
        Class<?> type = component.getType();
        Type kind = Type.of(type);
        List<String> words = type.isEnum()
                ? Arrays.stream(type.getEnumConstants()).map(Object::toString).toList()
                : List.of();
        return new SettingGuide(
                key,
                kind,
                words,
                limit(type, setting.min(), Integer.MIN_VALUE),
                limit(type, setting.max(), Integer.MAX_VALUE),
                setting.required() || kind == Type.GROUP ? null : kind.value(setting.defaultValue()),
                setting.required(),
                SettingWord.class.isAssignableFrom(type) ? meanings(type) : setting.value());
    }

    private static String meanings(Class<?> words) {
        return Arrays.stream(words.getEnumConstants())
                .map(word -> word + ": " + ((SettingWord) word).meaning())
                .collect(Collectors.joining("; "));
    }

    private static @Nullable Number limit(Class<?> type, double limit, int ofInt) {
        if (type == long.class) {
            return (long) limit; // an infinity becomes the nearest long
        }
        if (type == int.class) {
            return Double.isInfinite(limit) ? ofInt : (long) limit;
        }
        return Double.isInfinite(limit) ? null : limit;
    }

    private static Object value(Record settings, RecordComponent component) {
        try {
            return component.getAccessor().invoke(settings);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e); // never: the records are of this package
        }
    }
}
