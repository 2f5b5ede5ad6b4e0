package io.heed.text;

import io.heed.HeedException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.LongConsumer;

/**
 * Reads UTF-8 files as one text, in pieces that end at a line end or, in a long stretch without one, at a space or else between two
 * characters. In one long text no token crosses the end of a piece, unless a whole piece has no line end and no single space between
 * two other characters. A file that lacks a line end gets one if another file follows; byte order marks are left out.
 */
public final class TextChunks {

    /** The approximate number of bytes of a piece. */
    public static final int SIZE = 1 << 20;

    /** The longest sentence, in pieces. */
    private static final int LONGEST_LINE = 64;

    private TextChunks() {}

    private record Raw(Path file, long offset, byte[] text, boolean lineEnd) {}

    /**
     * Reads and checks files.
     *
     * @param size the approximate number of bytes of a piece
     * @param told hears after each piece how many bytes were read
     * @throws HeedException naming the file and the place of an error
     */
    public static List<TextChunk> of(List<Path> files, DataFormat format, int size, LongConsumer told) {
        List<TextChunk> pieces = new ArrayList<>();
        boolean[] text = new boolean[1];
        long[] done = new long[1];
        for (int i = 0; i < files.size(); i++) {
            Path file = files.get(i);
            text[0] = false;
            try (RandomAccessFile in = open(file)) {
                Iterator<Raw> raw = new Cutting(in, file, i + 1 < files.size(), format, size);
                InOrder.map(
                        raw,
                        (Raw piece) -> TextChunk.of(piece.file, piece.offset, piece.text, piece.lineEnd),
                        (TextChunk piece) -> {
                            pieces.add(piece);
                            text[0] |= !piece.blank();
                            done[0] += piece.length();
                            told.accept(done[0]);
                        });
            } catch (IOException e) {
                throw TextFile.unreadable(file, e);
            }
            if (!text[0]) {
                throw TextFile.empty(file);
            }
        }
        return pieces;
    }

    /** Refuses a file that is missing, empty, or cannot be read twice. */
    static void require(Path file) {
        try (RandomAccessFile in = open(file)) {
            if (in.length() == 0) {
                throw TextFile.empty(file);
            }
        } catch (IOException e) {
            throw TextFile.unreadable(file, e);
        }
    }

    private static RandomAccessFile open(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        if (Files.isDirectory(file)) {
            throw new IOException("it is a folder");
        }
        if (!Files.isRegularFile(file)) {
            throw new IOException("it cannot be read twice; save it as a file");
        }
        return new RandomAccessFile(file.toFile(), "r");
    }

    /** Cuts one file. */
    private static final class Cutting implements Iterator<Raw> {
        private final RandomAccessFile in;
        private final Path file;
        private final boolean followed;
        private final DataFormat format;
        private final int size;
        private final long end;
        private long offset;

        Cutting(RandomAccessFile in, Path file, boolean followed, DataFormat format, int size) throws IOException {
            this.in = in;
            this.file = file;
            this.followed = followed;
            this.format = format;
            this.size = size;
            end = in.length();
            byte[] start = TextChunk.read(in, 0, (int) Math.min(3, end), false);
            boolean marked = start.length == 3 && Utf8.decode(start, 0, 3) == 0xFEFF;
            offset = marked ? 3 : 0;
        }

        @Override
        public boolean hasNext() {
            return offset < end;
        }

        @Override
        public Raw next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            try {
                long at = offset;
                int length = length();
                offset += length;
                byte[] last = TextChunk.read(in, offset - 1, 1, false);
                boolean lineEnd = followed && offset == end && !LineEnds.between(last[0], LineEnds.NOTHING);
                return new Raw(file, at, TextChunk.read(in, at, length, lineEnd), lineEnd);
            } catch (IOException e) {
                throw TextFile.unreadable(file, e);
            }
        }

        /** The number of bytes of the piece at the offset. */
        private int length() throws IOException {
            for (int read = size; ; read *= 2) {
                if (read >= end - offset) {
                    return (int) (end - offset);
                }
                byte[] text = TextChunk.read(in, offset, read, false);
                int cut = format == DataFormat.STREAM ? betweenTokens(text) : afterLine(text);
                if (cut > 0) {
                    return cut;
                }
                if (format == DataFormat.STREAM) {
                    int line = afterLine(text);
                    return line > 0 ? line : afterSpace(text);
                }
                if (read >= LONGEST_LINE * size) {
                    throw new HeedException(
                            ("%s: the line at offset %d has more than %d bytes; use data.format: lines for one"
                                            + " sentence per line, data.format: stream for one long text")
                                    .formatted(file, offset, read));
                }
            }
        }

        private static int afterLine(byte[] text) {
            int at = text.length;
            int after = '\n'; // a carriage return at the very end may be half a line end
            while (at > 0 && !LineEnds.between(text[at - 1], after)) {
                after = text[--at];
            }
            return at;
        }

        private static int afterSpace(byte[] text) {
            for (int at = text.length - 1; at > 0; at--) { // a carriage return at the very end may be half a line end
                if (Utf8.isSpace(text[at - 1])) {
                    return at;
                }
            }
            int at = text.length;
            while (at > text.length - 4 && (text[at - 1] & 0xC0) == 0x80) {
                at--;
            }
            return text[at - 1] < 0 ? at - 1 : at; // a character of several bytes goes to the next piece
        }
    }

    /**
     * The last position that no tokenizer's token crosses: after a line end between two characters other than white space, or else
     * before such a space; 0 if there is none.
     */
    static int betweenTokens(byte[] text) {
        for (int at = text.length - 1; at > 1; at--) {
            if (LineEnds.between(text[at - 1], text[at]) && !isSpaceBefore(text, at - 1) && !isSpaceAt(text, at)) {
                return at;
            }
        }
        for (int at = text.length - 2; at > 0; at--) {
            if (text[at] == ' ' && !isSpaceBefore(text, at) && !isSpaceAt(text, at + 1)) {
                return at;
            }
        }
        return 0;
    }

    private static boolean isSpaceBefore(byte[] text, int at) {
        int first = at - 1;
        while (first > 0 && (text[first] & 0xC0) == 0x80) {
            first--;
        }
        return isSpaceAt(text, first);
    }

    private static boolean isSpaceAt(byte[] text, int at) {
        return isSpaceAt(text, at, text.length);
    }

    /** Whether a character is white space; one that continues past the end counts as white space. */
    public static boolean isSpaceAt(byte[] text, int at, int end) {
        int c = text[at] >= 0 ? text[at] : Utf8.decode(text, at, end);
        return c < 0 || WhiteSpace.isUnicode(c);
    }
}
