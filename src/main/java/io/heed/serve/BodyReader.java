package io.heed.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;

/** Reads JSON, within limits. */
final class BodyReader {

    /** Questions are nearly flat: the deepest nesting is that of an object in a list in an object. */
    private static final int DEPTH = 8;

    private static final int LONGEST_NAME = 64;
    private static final int LONGEST_NUMBER = 64;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH)
                            .maxNameLength(LONGEST_NAME)
                            .maxNumberLength(LONGEST_NUMBER)
                            .maxStringLength(Integer.MAX_VALUE) // the body's limit holds
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private BodyReader() {}

    /**
     * Reads a body.
     *
     * @throws Problem if it is not one JSON value in UTF-8
     */
    static JsonNode read(byte[] body) {
        String text;
        try {
            text = UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
        } catch (CharacterCodingException e) {
            throw new Problem(400, "the body is not valid UTF-8");
        }
        try {
            return MAPPER.readTree(text);
        } catch (JacksonException e) {
            var location = e.getLocation(); // null if a limit was exceeded
            String where = location == null
                    ? ""
                    : ", line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
            throw new Problem(400, "the body is not JSON that can be read%s: %s".formatted(where, what(e)));
        }
    }

    /** Returns words of our own: the library's messages name its classes. */
    private static String what(JacksonException failure) {
        if (failure instanceof StreamConstraintsException) {
            return "it is nested more than %d deep, or has a name or a number of more than %d characters"
                    .formatted(DEPTH, LONGEST_NAME);
        }
        if (failure instanceof UnexpectedEndOfInputException) {
            return "it ends too early";
        }
        if (failure instanceof MismatchedInputException) {
            return "there is text after its end";
        }
        return String.valueOf(failure.getOriginalMessage()).startsWith("Duplicate")
                ? "a key occurs twice"
                : "invalid syntax";
    }
}
