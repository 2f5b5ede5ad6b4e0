package io.heed.text;

import io.heed.HeedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads a UTF-8 file in pieces of whole lines, so that it need not fit into memory nor be readable twice. If possible, a piece ends at a
 * line end between two characters other than white space, which no token crosses.
 */
public final class ChunkReader implements AutoCloseable {

    /** A piece ends at the first such line end after this many chars. */
    static final int LENGTH = 1 << 16;

    /** After this many chars any line end will do. */
    static final int LONGEST = 4 * LENGTH;

    private final Path file;
    private final InputStream bytes;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final ByteBuffer in = ByteBuffer.allocate(LENGTH).flip();
    private final CharBuffer out = CharBuffer.allocate(LENGTH);
    private final StringBuilder held = new StringBuilder();
    private long offset; // of the first byte of in
    private boolean ended;
    private boolean begun;
    private boolean blank = true;
    private int searched = LENGTH; // held has no place to end a piece up to here

    /**
     * Opens a file.
     *
     * @throws HeedException if it is missing or cannot be read
     */
    public ChunkReader(Path file) {
        this.file = file;
        try {
            bytes = Files.newInputStream(file);
        } catch (IOException e) {
            throw TextFile.unreadable(file, e);
        }
    }

    /**
     * Returns the next piece, without a byte order mark.
     *
     * @return null at the end
     * @throws HeedException if the file is not UTF-8, or all of it is blank
     */
    public @Nullable String next() {
        int end = end();
        while (end == 0 && !ended) {
            decode();
            end = end();
        }
        String piece = held.substring(0, end == 0 ? held.length() : end);
        held.delete(0, piece.length());
        blank &= piece.isBlank();
        if (piece.isEmpty() && blank) {
            throw TextFile.empty(file);
        }
        return piece.isEmpty() ? null : piece;
    }

    /** Where the piece ends; 0 if that is not known yet, or the piece is the rest. */
    private int end() {
        for (; searched + 1 < held.length(); searched++) {
            char after = held.charAt(searched + 1);
            if (LineEnds.between(held.charAt(searched), after)) {
                int end = searched + 1;
                boolean inWords = !WhiteSpace.isUnicode(held.charAt(searched - 1)) && !WhiteSpace.isUnicode(after);
                if (inWords || end > LONGEST) {
                    searched = LENGTH;
                    return end;
                }
            }
        }
        return 0;
    }

    /** Decodes the next bytes that are available. */
    private void decode() {
        try {
            offset += in.position();
            in.compact();
            int read = bytes.read(in.array(), in.position(), in.remaining());
            in.position(in.position() + Math.max(0, read)).flip();
            ended = read < 0;
        } catch (IOException e) {
            throw TextFile.unreadable(file, e);
        }
        CoderResult result = decoder.decode(in, out.clear(), ended);
        if (result.isError()) {
            throw TextFile.notUtf8(file, in.get(in.position()), offset + in.position());
        }
        held.append(out.flip());
        if (!begun && !held.isEmpty()) {
            begun = true;
            held.delete(0, held.charAt(0) == TextFile.MARK ? 1 : 0);
        }
    }

    @Override
    public void close() {
        try {
            bytes.close();
        } catch (IOException e) {
            throw TextFile.unreadable(file, e);
        }
    }
}
