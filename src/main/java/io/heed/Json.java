package io.heed;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.BiConsumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * Writes results as JSON, for commands, the server and files alike. A result is a record. Its components, and methods
 * marked as properties, become keys in snake_case, in order. Missing, unknown and non-finite values are null. A number
 * is the shortest decimal that reads back as the same number. Enum constants are in lower case, paths as given.
 */
public final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .addModule(new SimpleModule()
                    .addSerializer(Double.class, as(Json::number))
                    .addSerializer(Double.TYPE, as(Json::number))
                    .addSerializer(Float.class, as(Json::number))
                    .addSerializer(Float.TYPE, as(Json::number))
                    .addSerializer(double[].class, as(Json::numbers))
                    .addSerializer(float[].class, as(Json::numbers))
                    .addSerializer(Enum.class, as((word, json) -> json.writeString(word(word))))
                    .addSerializer(Path.class, as((path, json) -> json.writeString(path.toString()))))
            .build();

    private static final JsonMapper ASCII =
            MAPPER.rebuild().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private Json() {}

    /** Returns what is wrong with a text that is not JSON, in words that follow those: the place, or the limit that it exceeds. */
    @Internal
    public static String fault(JacksonException failure) {
        TokenStreamLocation at = failure.getLocation();
        return at == null || failure instanceof StreamConstraintsException
                ? ": " + failure.getOriginalMessage().lines().findFirst().orElse("")
                : ", line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
    }

    /** Returns a result as one line of text. */
    public static String line(Object result) {
        return MAPPER.writeValueAsString(result);
    }

    /**
     * Returns a result in ASCII, with other characters escaped: a token may be half an emoji, which is not valid UTF-8.
     */
    @Internal
    public static String ascii(Object result) {
        return ASCII.writeValueAsString(result);
    }

    /**
     * Writes a result in ASCII while generating it. Does not close the output, and after a failure leaves the JSON
     * incomplete.
     *
     * @throws IOException if it cannot be written
     */
    public static void write(OutputStream out, Object result) throws IOException {
        try {
            ASCII.writer()
                    .without(StreamWriteFeature.AUTO_CLOSE_TARGET)
                    .without(StreamWriteFeature.AUTO_CLOSE_CONTENT)
                    .writeValue(out, result);
        } catch (JacksonException e) {
            for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
                if (cause instanceof IOException failure) {
                    throw failure;
                }
            }
            throw e;
        }
    }

    /** Returns an enum constant as it is written. */
    @Internal
    public static String word(Enum<?> word) {
        return word.toString().toLowerCase(Locale.ROOT);
    }

    private static <T> ValueSerializer<T> as(BiConsumer<T, JsonGenerator> written) {
        return new ValueSerializer<>() {
            @Override
            public void serialize(T value, JsonGenerator json, SerializationContext context) {
                written.accept(value, json);
            }
        };
    }

    private static void number(double number, JsonGenerator json) {
        if (Double.isFinite(number)) {
            json.writeNumber(number);
        } else {
            json.writeNull();
        }
    }

    private static void number(float number, JsonGenerator json) {
        if (Float.isFinite(number)) {
            json.writeNumber(number);
        } else {
            json.writeNull();
        }
    }

    private static void numbers(double[] numbers, JsonGenerator json) {
        json.writeStartArray();
        for (double number : numbers) {
            number(number, json);
        }
        json.writeEndArray();
    }

    private static void numbers(float[] numbers, JsonGenerator json) {
        json.writeStartArray();
        for (float number : numbers) {
            number(number, json);
        }
        json.writeEndArray();
    }
}
