package io.heed.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What comes in and goes out. */
final class Json {

    /** What is asked is flat: a list in an object is as deep as it gets. */
    private static final int DEPTH = 8;

    private static final int LONGEST_NAME = 64;
    private static final int LONGEST_NUMBER = 64;

    /** Half an emoji, which a token may be, is not valid UTF-8: so all but ASCII is escaped. */
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH)
                            .maxNameLength(LONGEST_NAME)
                            .maxNumberLength(LONGEST_NUMBER)
                            .maxStringLength(Integer.MAX_VALUE) // the body's limit holds
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    static byte[] bytes(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

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
            var location = e.getLocation(); // none where a limit is passed
            String where = location == null
                    ? ""
                    : ", line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
            String what =
                    String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
            throw new Problem(400, "the body is not JSON that can be read%s: %s".formatted(where, what));
        }
    }
}
