package io.heed.text;

import io.heed.HeedException;
import java.io.IOException;
import java.io.Reader;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Whether a file may be a tokenizer.json, found out as it streams by: a tree of a large file that is none would take many times its size
 * in memory.
 */
final class TokenizerShape {

    /** The largest tokenizer.json, in bytes: those of 256 thousand tokens have about 35 MB. */
    static final long LIMIT = 256L << 20;

    private static final JsonFactory JSON = new JsonFactory();

    private TokenizerShape() {}

    /**
     * Reads JSON up to its vocabulary.
     *
     * @param where the file's name, for messages
     * @throws HeedException if it is not an object that has a model with a vocabulary, an object or an array that is not empty
     * @throws IOException if it cannot be read
     */
    static void check(Reader text, String where) throws IOException {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            boolean found = parser.nextToken() == JsonToken.START_OBJECT
                    && enters(parser, "model")
                    && parser.currentToken() == JsonToken.START_OBJECT
                    && enters(parser, "vocab")
                    && parser.currentToken().isStructStart()
                    && !parser.nextToken().isStructEnd();
            if (!found) {
                throw new HeedException("%s is not a tokenizer.json: it has no model.vocab".formatted(where));
            }
        } catch (JacksonException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new HeedException("%s is not JSON: %s".formatted(where, e.getOriginalMessage()), e);
        }
    }

    /** Goes to the value of a name in an object; whether there is one. */
    private static boolean enters(JsonParser parser, String name) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean found = name.equals(parser.currentName());
            parser.nextToken();
            if (found) {
                return true;
            }
            parser.skipChildren();
        }
        return false;
    }
}
