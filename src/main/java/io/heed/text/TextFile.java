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

/** Reads text files, and reports what is wrong with other files. */
public final class TextFile {

    /** The byte order mark that some editors put at the start of UTF-8. */
    static final char MARK = '\ufeff';

    private static final String WANTED = "a text file in UTF-8";

    private TextFile() {}

    /**
     * Reads a whole file of UTF-8.
     *
     * @throws HeedException if it is missing, empty or not UTF-8
     */
    public static String read(Path file) {
        try {
            return decoded(file, Files.readAllBytes(file), "it must contain text");
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /**
     * Reads a whole file of UTF-8 that is always small.
     *
     * @param wanted what to name instead of a file that is missing or empty, such as {@code a configuration}
     * @throws HeedException if it is missing, empty, not UTF-8 or too large
     */
    public static String readSmall(Path file, String wanted) {
        try {
            return decoded(file, SmallFile.read(file), "name " + wanted);
        } catch (IOException e) {
            throw unreadable(file, e, wanted);
        }
    }

    private static String decoded(Path file, byte[] bytes, String wayOut) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
        if (result.isError()) {
            throw notUtf8(file, bytes[in.position()], in.position());
        }
        String text = out.flip().toString();
        text = text.startsWith(String.valueOf(MARK)) ? text.substring(1) : text;
        if (text.isBlank()) {
            throw empty(file, wayOut);
        }
        return text;
    }

    /** Reports that a text file cannot be read, and why. */
    public static HeedException unreadable(Path file, IOException failure) {
        return unreadable(file, failure, WANTED);
    }

    private static HeedException unreadable(Path file, IOException failure, String wanted) {
        if (failure instanceof NoSuchFileException) {
            return new HeedException(missing(file.toString(), wanted), failure);
        }
        String reason = Files.isDirectory(file) ? "it is a folder; name " + wanted : failure.getMessage();
        return new HeedException("cannot read %s: %s".formatted(file, reason), failure);
    }

    /** Reports that there is no text of this name. */
    static String missing(String name) {
        return missing(name, WANTED);
    }

    private static String missing(String name, String wanted) {
        return "%s does not exist; name %s".formatted(name, wanted);
    }

    static HeedException notUtf8(Path file, byte bad, long offset) {
        return new HeedException("%s is not UTF-8 text: bad byte 0x%02x at offset %d".formatted(file, bad, offset));
    }

    static HeedException empty(Object file) {
        return empty(file, "it must contain text");
    }

    private static HeedException empty(Object file, String wayOut) {
        return new HeedException("%s is empty; %s".formatted(file, wayOut));
    }

    /** Returns a text's lines that are not blank. */
    public static List<String> lines(String text) {
        return text.lines().filter(line -> !line.isBlank()).toList();
    }
}
