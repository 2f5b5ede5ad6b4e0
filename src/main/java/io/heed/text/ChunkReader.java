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
 * A file of UTF-8, read piece by piece, so that it need not fit into memory nor be one that can be read twice: pieces of whole lines, one
 * after the other. Where there is a line end between two other characters than white space, over which no token reaches, a piece ends
 * there.
 */
public final class ChunkReader implements AutoCloseable {

    /** A piece ends at the first such line end behind so many chars. */
    static final int LENGTH = 1 << 16;

    /** So far such a line end is looked for; then any does. */
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
    private int searched = LENGTH; // up to where held has no place to end a piece

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
     * Returns the next piece, a mark that some editors begin UTF-8 with left out.
     *
     * @return null at the end
     * @throws HeedException if what comes is not UTF-8, or all there was is blank
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

    /** Where a piece ends; 0 where that is not known yet, or it is the rest. */
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

    /** Decodes what is there of the next bytes. */
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
