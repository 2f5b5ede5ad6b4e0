package io.heed.text;

import io.heed.HeedException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * A part of a text file that has been checked to be UTF-8, small enough for the heap.
 *
 * @param file its file
 * @param offset the offset of its first byte
 * @param length its number of bytes in the file
 * @param lineEnd whether a line end is added that the file lacks
 * @param chars its length as a String, including that line end
 * @param check the CRC-32 of its bytes, with their CRC-32C in the upper half
 * @param blank whether it is only white space
 */
public record TextChunk(StoredText file, long offset, int length, boolean lineEnd, int chars, long check, boolean blank)
        implements Serializable {

    /**
     * Checks a part of a file.
     *
     * @param text its bytes, including the added line end
     * @throws HeedException naming file and offset of the first byte that is not UTF-8
     */
    static TextChunk of(StoredText file, long offset, byte[] text, boolean lineEnd) {
        int chars = 0;
        for (int at = 0; at < text.length; ) {
            if (text[at] >= 0) {
                at++;
                chars++;
            } else {
                int c = Utf8.decode(text, at, text.length);
                if (c < 0) {
                    throw new HeedException("%s is not UTF-8 text: bad byte 0x%02x at offset %d"
                            .formatted(file, text[at], offset + at));
                }
                at += Utf8.length(c);
                chars += Character.charCount(c);
            }
        }
        int length = text.length - (lineEnd ? 1 : 0);
        return new TextChunk(file, offset, length, lineEnd, chars, check(text), Utf8.isBlank(text, 0, text.length));
    }

    /**
     * Reads it again.
     *
     * @throws HeedException if it has changed
     */
    public byte[] read() {
        byte[] text;
        try (Bytes in = file.open()) {
            text = read(in, offset, length, lineEnd);
        }
        if (check(text) != check) {
            throw changed(file);
        }
        return text;
    }

    static HeedException changed(StoredText file) {
        return new HeedException("%s changed while it was being read; start again".formatted(file));
    }

    /** Reads bytes of a file, with a line end added if asked for. */
    static byte[] read(Bytes in, long offset, int length, boolean lineEnd) {
        byte[] text = new byte[length + (lineEnd ? 1 : 0)];
        in.read(offset, length).get(text, 0, length);
        if (lineEnd) {
            text[length] = '\n';
        }
        return text;
    }

    /** The part before a position. */
    public TextChunk before(byte[] text, int at) {
        return of(file, offset, Arrays.copyOf(text, at), false);
    }

    /** The part from a position on. */
    public TextChunk from(byte[] text, int at) {
        return of(file, offset + at, Arrays.copyOfRange(text, at, text.length), lineEnd);
    }

    private static long check(byte[] text) {
        CRC32 crc = new CRC32();
        crc.update(text);
        CRC32C castagnoli = new CRC32C();
        castagnoli.update(text);
        return (castagnoli.getValue() << 32) | crc.getValue();
    }
}
