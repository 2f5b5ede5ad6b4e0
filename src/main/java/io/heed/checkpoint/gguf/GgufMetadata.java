package io.heed.checkpoint.gguf;

import io.heed.HeedException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A file's keys and values; each value is checked when it is asked for. */
public final class GgufMetadata {

    /**
     * A value and its type.
     *
     * @param value a Long, Double, Boolean or String; of an array, a list of strings or a {@link NumberArray}
     */
    record Value(ValueType type, Object value) {

        static Value of(String text) {
            return new Value(ValueType.STRING, text);
        }

        static Value of(boolean truth) {
            return new Value(ValueType.BOOL, truth);
        }

        static Value of(int count) {
            return new Value(ValueType.UINT32, (long) count);
        }

        static Value of(float number) {
            return new Value(ValueType.FLOAT32, (double) number);
        }

        static Value of(List<String> texts) {
            return new Value(ValueType.ARRAY, texts);
        }

        static Value of(NumberArray numbers) {
            return new Value(ValueType.ARRAY, numbers);
        }

        @Override
        public String toString() {
            if (value instanceof List<?> texts) {
                return "an array of %d strings".formatted(texts.size());
            }
            if (value instanceof NumberArray numbers) {
                return "an array of %d values of type %s".formatted(numbers.length(), numbers.type());
            }
            if (type == ValueType.UINT64) {
                return Long.toUnsignedString((Long) value);
            }
            return type == ValueType.STRING ? "\"" + FileCursor.shown((String) value) + "\"" : value.toString();
        }
    }

    private final Path file;
    private final Map<String, Value> values;

    GgufMetadata(Path file, Map<String, Value> values) {
        this.file = file;
        this.values = Collections.unmodifiableMap(values);
    }

    /** The keys, in the file's order. */
    public Set<String> keys() {
        return values.keySet();
    }

    /** Whether there is such a key. */
    public boolean has(String key) {
        return values.containsKey(key);
    }

    Map<String, Value> values() {
        return values;
    }

    /**
     * Returns a text.
     *
     * @throws HeedException if it is missing or of another type
     */
    public String text(String key) {
        return textIn(key).orElseThrow(() -> missing(key));
    }

    /**
     * Returns a text, if there is one.
     *
     * @throws HeedException if it is of another type
     */
    public Optional<String> textIn(String key) {
        return Optional.ofNullable(get(key, String.class, "not a text"));
    }

    /**
     * Returns a whole number above 0.
     *
     * @throws HeedException if it is missing, or not such a number
     */
    public int positive(String key) {
        int number = whole(key).orElseThrow(() -> missing(key));
        if (number == 0) {
            throw wrong(key, "not above 0");
        }
        return number;
    }

    /**
     * Returns a whole number of at least 0, if there is one.
     *
     * @throws HeedException if it is not such a number
     */
    public OptionalInt whole(String key) {
        Long number = get(key, Long.class, "not a whole number");
        if (number == null) {
            return OptionalInt.empty();
        }
        if (number < 0 || number > Integer.MAX_VALUE) {
            throw wrong(key, "not from 0 to %d".formatted(Integer.MAX_VALUE));
        }
        return OptionalInt.of(number.intValue());
    }

    /**
     * Returns a finite number, if there is one. A float32 becomes the shortest decimal that reads back as it: 1e-5, not
     * 9.99999974e-6.
     *
     * @throws HeedException if it is not such a number
     */
    public Optional<Double> number(String key) {
        Double number = get(key, Double.class, "not a number with a fraction");
        if (number == null) {
            return Optional.empty();
        }
        if (!Double.isFinite(number)) {
            throw wrong(key, "not finite");
        }
        Value value = values.get(key);
        boolean small = value != null && value.type() == ValueType.FLOAT32;
        return Optional.of(small ? Double.valueOf(Float.toString(number.floatValue())) : number);
    }

    /**
     * Returns true or false, if there is such a value.
     *
     * @throws HeedException if it is neither
     */
    public Optional<Boolean> truth(String key) {
        return Optional.ofNullable(get(key, Boolean.class, "not true or false"));
    }

    /**
     * Returns texts.
     *
     * @throws HeedException if they are missing, or not an array of texts
     */
    @SuppressWarnings("unchecked") // lists hold only texts
    public List<String> texts(String key) {
        List<String> texts = get(key, List.class, "not an array of texts");
        if (texts == null) {
            throw missing(key);
        }
        return texts;
    }

    /**
     * Returns numbers, if there are any.
     *
     * @throws HeedException if it is not an array of numbers
     */
    Optional<NumberArray> numbers(String key) {
        return Optional.ofNullable(get(key, NumberArray.class, "not an array of numbers"));
    }

    private <T> @Nullable T get(String key, Class<T> type, String why) {
        Value value = values.get(key);
        if (value == null) {
            return null;
        }
        if (!type.isInstance(value.value())) {
            throw wrong(key, why);
        }
        return type.cast(value.value());
    }

    /** The exception for a value that is not valid. */
    HeedException wrong(String key, String why) {
        return new HeedException(
                "%s: the key %s is %s, %s".formatted(file, FileCursor.shown(key), values.get(key), why));
    }

    private HeedException missing(String key) {
        return new HeedException("%s has no key %s".formatted(file, key));
    }
}
