package io.heed.serve;

import io.heed.model.Head;
import io.heed.model.shape.ModelConfig;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** The body of a request: a JSON object of known keys. All failures are {@link Problem}s that name the key. */
public final class Question {

    private static final double LEAST = 1e-6;

    private final JsonNode object;

    /**
     * Reads a question.
     *
     * @param keys the keys it may have
     */
    public Question(byte[] body, String... keys) {
        object = BodyReader.read(body);
        if (!object.isObject()) {
            throw new Problem(400, "the body is not a JSON object, such as {\"text\": \"the cat\"}");
        }
        only(keys);
    }

    /** Refuses all keys but some. */
    public void only(String... keys) {
        Set<String> strangers = new TreeSet<>(object.propertyNames());
        Set<String> known = Set.of(keys);
        strangers.removeAll(known);
        if (!strangers.isEmpty()) {
            throw bad(strangers.iterator().next(), "there is no such key; the keys are " + new TreeSet<>(known));
        }
    }

    private static Problem bad(String key, String sentence) {
        return new Problem(400, key + ": " + sentence);
    }

    public boolean has(String key) {
        return !object.path(key).isMissingNode();
    }

    /** Returns a required text. */
    public String text(String key) {
        JsonNode value = object.path(key);
        if (!value.isString()) {
            throw bad(key, value.isMissingNode() ? "is missing" : "has to be a string");
        }
        return whole(key, value.asString());
    }

    /** Returns a list of texts, empty if the key is missing. */
    public List<String> texts(String key, int most) {
        List<String> texts = new ArrayList<>();
        if (has(key)) {
            JsonNode values = object.path(key);
            if (!values.isArray() || values.size() > most) {
                throw bad(key, "has to be a list of at most %d strings".formatted(most));
            }
            for (JsonNode value : values) {
                if (!value.isString()) {
                    throw bad(key, "has to be a list of strings");
                }
                texts.add(whole(key, value.asString()));
            }
        }
        return texts;
    }

    /** Refuses half a character, which JSON's escapes can spell but no text contains. */
    private static String whole(String key, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
                    throw bad(key, "has half a surrogate pair at index %d".formatted(i));
                }
                i++;
            }
        }
        return text;
    }

    /** Returns a list of heads of a model, each listed once; empty if the key is missing. */
    public List<Head> heads(String key, ModelConfig config) {
        if (!has(key)) {
            return List.of();
        }
        JsonNode values = object.path(key);
        int most = config.layers() * config.heads();
        if (!values.isArray() || values.size() > most) {
            throw bad(key, "has to be a list of at most %d heads, such as {\"layer\": 0, \"head\": 0}".formatted(most));
        }
        Set<Head> heads = new LinkedHashSet<>();
        for (int i = 0; i < values.size(); i++) {
            String place = "%s[%d]".formatted(key, i);
            Head head = head(place, values.get(i), config);
            if (!heads.add(head)) {
                throw bad(place, "layer %d, head %d is listed twice".formatted(head.layer(), head.head()));
            }
        }
        return List.copyOf(heads);
    }

    private static Head head(String place, JsonNode value, ModelConfig config) {
        if (!value.isObject() || value.size() != 2 || !value.has("layer") || !value.has("head")) {
            throw bad(place, "has to be an object of a layer and a head");
        }
        return new Head(
                number(place + ".layer", value.path("layer"), 0, config.layers() - 1),
                number(place + ".head", value.path("head"), 0, config.heads() - 1));
    }

    /** Returns a whole number from a range. */
    public int whole(String key, int otherwise, int least, int most) {
        return has(key) ? number(key, least, most) : otherwise;
    }

    /** Returns a required whole number from a range. */
    public int whole(String key, int least, int most) {
        require(key);
        return number(key, least, most);
    }

    /** Returns a whole number from a range, or empty if the key is missing. */
    public OptionalInt index(String key, int count) {
        return has(key) ? OptionalInt.of(number(key, 0, count - 1)) : OptionalInt.empty();
    }

    private int number(String key, int least, int most) {
        return number(key, object.path(key), least, most);
    }

    private static int number(String key, JsonNode value, int least, int most) {
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < least || value.asInt() > most) {
            throw bad(key, "has to be a whole number from %d to %d".formatted(least, most));
        }
        return value.asInt();
    }

    /** Returns a seed. */
    public long seed(String key, long otherwise) {
        JsonNode value = object.path(key);
        if (has(key) && !(value.isIntegralNumber() && value.canConvertToLong())) {
            throw bad(key, "has to be a whole number of at most 64 bits");
        }
        return has(key) ? value.asLong() : otherwise;
    }

    /** Returns a required number from a range. */
    public double real(String key, double least, double most) {
        require(key);
        double value = object.path(key).isNumber() ? object.path(key).asDouble() : Double.NaN;
        if (!(value >= least && value <= most)) {
            throw bad(key, "has to be a number from %s to %s".formatted(plain(least), plain(most)));
        }
        return value;
    }

    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    /** Whether the value of a key is null, said so. */
    public boolean isNull(String key) {
        return object.path(key).isNull();
    }

    /** Refuses a question without a key. */
    public void require(String key) {
        if (!has(key)) {
            throw bad(key, "is missing");
        }
    }

    /** Returns a number. */
    public double real(String key, double otherwise) {
        JsonNode value = object.path(key);
        if (has(key) && !(value.isNumber() && Double.isFinite(value.asDouble()))) {
            throw bad(key, "has to be a number");
        }
        return has(key) ? value.asDouble() : otherwise;
    }

    /** Returns a number above 0, not so small that a division by it overflows. */
    public double above0(String key, double otherwise) {
        double value = real(key, otherwise);
        if (!(value >= LEAST)) {
            throw bad(key, "has to be a number above 0, at least 0.000001");
        }
        return value;
    }

    /** Returns a boolean, false if the key is missing. */
    public boolean flag(String key) {
        JsonNode value = object.path(key);
        if (has(key) && !value.isBoolean()) {
            throw bad(key, "has to be true or false");
        }
        return has(key) && value.asBoolean();
    }
}
