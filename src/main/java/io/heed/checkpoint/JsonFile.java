package io.heed.checkpoint;

import io.heed.HeedException;
import io.heed.Json;
import io.heed.SmallFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the files of text in a model's folder. */
public final class JsonFile {

    private JsonFile() {}

    /** Reads a file's bytes. */
    private interface Reading {
        byte[] bytes(Path file) throws IOException;
    }

    /**
     * Reads a small JSON file, such as config.json.
     *
     * @throws HeedException naming the file, if it is missing, not JSON or not small
     */
    public static JsonNode small(Path file) {
        return json(file, SmallFile::read);
    }

    /**
     * Reads a JSON file of any size, such as a vocabulary.
     *
     * @throws HeedException naming the file, if it is missing or not JSON
     */
    public static JsonNode large(Path file) {
        return json(file, Files::readAllBytes);
    }

    private static JsonNode json(Path file, Reading reading) {
        try {
            return JsonMapper.shared().readTree(text(file, reading));
        } catch (JacksonException e) {
            throw new HeedException("%s is not JSON%s".formatted(file, Json.fault(e)), e);
        }
    }

    /**
     * Reads a small text.
     *
     * @throws HeedException naming the file, if it is missing, not UTF-8 or not small
     */
    static String text(Path file) {
        return text(file, SmallFile::read);
    }

    private static String text(Path file, Reading reading) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(reading.bytes(file));
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new HeedException("%s is not text in UTF-8".formatted(file), e);
        } catch (IOException e) {
            throw new HeedException("cannot read %s: %s".formatted(file, e.getMessage()), e);
        }
    }
}
