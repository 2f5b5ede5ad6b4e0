package io.heed.text.tokenizer;

import io.heed.HeedException;
import io.heed.Json;
import io.heed.text.Visible;
import java.io.IOException;
import java.io.Reader;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Checks as a stream whether a file may be a tokenizer.json: the tree of another large file would take many times its size in memory.
 * Only the lists of tokens may be long, and each of their entries must look like one; everything else must be short.
 */
final class TokenizerShape {

    /** The largest tokenizer.json, in bytes: those with 256 thousand tokens have about 35 MB. */
    static final long LIMIT = 256L << 20;

    /** The most entries in a list of tokens: more than any known vocabulary, and far below the limit of an int. */
    static final int MOST_TOKENS = 10_000_000;

    /** The most values and names in any other part; the longest known, templates and normalizers, have some hundred. */
    private static final int MOST_VALUES = 1 << 16;

    private static final String NO_VOCABULARY = "it has no model.vocab";

    private static final JsonFactory JSON = new JsonFactory();

    private final JsonParser parser;
    private final String where;

    private TokenizerShape(JsonParser parser, String where) {
        this.parser = parser;
        this.where = where;
    }

    /**
     * Reads JSON until it turns out not to be a tokenizer.json.
     *
     * @param where the file's name, for messages
     * @throws HeedException if it is not an object with a model whose vocabulary is a non-empty object or array, or has something long
     *     that no tokenizer.json has
     * @throws IOException if it cannot be read
     */
    static void check(Reader text, String where) throws IOException {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            new TokenizerShape(parser, where).check();
        } catch (JacksonException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new HeedException("%s is not JSON%s; name a tokenizer.json".formatted(where, Json.fault(e)), e);
        }
    }

    private void check() {
        require(parser.nextToken() == JsonToken.START_OBJECT, NO_VOCABULARY);
        boolean vocabulary = false;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "model" -> vocabulary |= model();
                case "added_tokens" -> list(name, this::addedToken);
                default -> shortPart(name);
            }
        }
        require(vocabulary, NO_VOCABULARY);
        require(parser.nextToken() == null, "it continues after its end");
    }

    /** Whether it has a vocabulary. */
    private boolean model() {
        require(parser.currentToken() == JsonToken.START_OBJECT, NO_VOCABULARY);
        boolean found = false;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "vocab" -> {
                    vocabulary();
                    found = true;
                }
                case "merges" -> list("model.merges", this::merge);
                default -> shortPart("model." + name);
            }
        }
        return found;
    }

    private void vocabulary() {
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            require(list("model.vocab", this::scoredToken) > 0, NO_VOCABULARY);
            return;
        }
        require(parser.currentToken() == JsonToken.START_OBJECT, NO_VOCABULARY);
        int count = 0;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            requireEntry(parser.nextToken() == JsonToken.VALUE_NUMBER_INT, "model.vocab", "a token's id");
            requireFew(++count, MOST_TOKENS, "model.vocab");
        }
        require(count > 0, NO_VOCABULARY);
    }

    /** Reads an array, each entry with {@code entry}, and returns its length; anything else must be short. */
    private int list(String name, Runnable entry) {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            shortPart(name);
            return 0;
        }
        int count = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            requireFew(++count, MOST_TOKENS, name);
            entry.run();
        }
        return count;
    }

    private void scoredToken() {
        boolean pair = parser.currentToken() == JsonToken.START_ARRAY
                && parser.nextToken() == JsonToken.VALUE_STRING
                && parser.nextToken().isNumeric()
                && parser.nextToken() == JsonToken.END_ARRAY;
        requireEntry(pair, "model.vocab", "a token with its score");
    }

    private void merge() {
        boolean pair = parser.currentToken() == JsonToken.VALUE_STRING
                || (parser.currentToken() == JsonToken.START_ARRAY
                        && parser.nextToken() == JsonToken.VALUE_STRING
                        && parser.nextToken() == JsonToken.VALUE_STRING
                        && parser.nextToken() == JsonToken.END_ARRAY);
        requireEntry(pair, "model.merges", "two tokens");
    }

    private void addedToken() {
        requireEntry(parser.currentToken() == JsonToken.START_OBJECT, "added_tokens", "a token");
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            requireEntry(parser.nextToken().isScalarValue(), "added_tokens", "a token");
        }
    }

    private void shortPart(String name) {
        int depth = 0;
        int count = 0;
        while (true) {
            requireFew(++count, MOST_VALUES, name);
            JsonToken token = parser.currentToken();
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            if (depth == 0) {
                return;
            }
            parser.nextToken();
        }
    }

    private void requireFew(int count, int most, String name) {
        if (count > most) { // so that no message is written for each of many entries
            require(false, "its %s has more than %d entries".formatted(Visible.text(name), most));
        }
    }

    private void requireEntry(boolean right, String name, String what) {
        if (!right) {
            require(false, "an entry of its %s is not %s".formatted(name, what));
        }
    }

    private void require(boolean right, String what) {
        if (!right) {
            throw new HeedException("%s is not a tokenizer.json: %s".formatted(where, what));
        }
    }
}
