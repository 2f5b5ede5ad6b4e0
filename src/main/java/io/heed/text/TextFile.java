package io.heed.text;

import io.heed.HeedException;
import io.heed.SmallFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Reads text files, and says what is wrong with those that are none. */
public final class TextFile {

    /** The mark that some editors begin UTF-8 with. */
    static final char MARK = '\ufeff';

    private TextFile() {}

    /**
     * Reads a whole file of UTF-8.
     *
     * @throws HeedException if it is missing, empty or not UTF-8
     */
    public static String read(Path file) {
        try {
            return decoded(file, Files.readAllBytes(file));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /**
     * Reads a whole file of UTF-8 that is small by nature.
     *
     * @throws HeedException if it is missing, empty, not UTF-8 or not small
     */
    public static String readSmall(Path file) {
        try {
            return decoded(file, SmallFile.read(file));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static String decoded(Path file, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
        if (result.isError()) {
            throw notUtf8(file, bytes[in.position()], in.position());
        }
        String text = out.flip().toString();
        text = text.startsWith(String.valueOf(MARK)) ? text.substring(1) : text;
        if (text.isBlank()) {
            throw empty(file);
        }
        return text;
    }

    static HeedException unreadable(Path file, IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return new HeedException("%s does not exist; name a text file in UTF-8".formatted(file), failure);
        }
        String reason = Files.isDirectory(file) ? "it is a folder" : failure.getMessage();
        return new HeedException("cannot read %s: %s".formatted(file, reason), failure);
    }

    static HeedException notUtf8(Path file, byte bad, long offset) {
        return new HeedException("%s is not UTF-8 text: bad byte 0x%02x at offset %d".formatted(file, bad, offset));
    }

    static HeedException empty(Path file) {
        return new HeedException("%s is empty; it has to hold some text".formatted(file));
    }

    /** Returns a text's lines that are not blank. */
    public static List<String> lines(String text) {
        return text.lines().filter(line -> !line.isBlank()).toList();
    }
}
