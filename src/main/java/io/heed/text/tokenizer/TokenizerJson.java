package io.heed.text.tokenizer;

import io.heed.HeedException;
import io.heed.Json;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A tokenizer.json.
 *
 * @param text the file's text
 * @param root its JSON tree
 * @param where its name, for messages
 */
public record TokenizerJson(String text, JsonNode root, String where) {

    /**
     * Reads text.
     *
     * @param where the file's name, for messages
     * @throws HeedException if it is not JSON with a vocabulary
     */
    public static TokenizerJson of(String text, String where) {
        JsonNode root;
        try {
            root = JsonMapper.shared().readTree(text);
        } catch (JacksonException e) {
            throw new HeedException("%s is not JSON%s; name a tokenizer.json".formatted(where, Json.fault(e)), e);
        }
        if (root.path("model").path("vocab").isEmpty()) {
            throw new HeedException("%s is not a tokenizer.json: it has no model.vocab".formatted(where));
        }
        return new TokenizerJson(text, root, where);
    }

    /**
     * Reads a file, after checking it as a stream before its tree is built.
     *
     * @throws HeedException if it is missing or not a tokenizer.json
     */
    public static TokenizerJson read(Path file) {
        String where = file.toString();
        try {
            if (Files.size(file) > TokenizerShape.LIMIT) {
                throw new HeedException("%s is larger than %d MiB, too large for a tokenizer.json; name another file"
                        .formatted(file, TokenizerShape.LIMIT >> 20));
            }
            try (Reader text = Files.newBufferedReader(file)) {
                TokenizerShape.check(text, where);
            }
            return of(Files.readString(file), where);
        } catch (NoSuchFileException e) {
            throw new HeedException("%s does not exist; name a tokenizer.json".formatted(file), e);
        } catch (CharacterCodingException e) {
            throw new HeedException("%s is not UTF-8 text".formatted(file), e);
        } catch (IOException e) {
            throw new HeedException("cannot read %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** A copy whose text is written from the tree. */
    public TokenizerJson rewritten() {
        return new TokenizerJson(root.toString(), root, where);
    }
}
