package io.heed.text;

import io.heed.HeedException;
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

    private TextChunks() {}

    private record Raw(StoredText file, long offset, byte[] text, boolean lineEnd) {
        TextChunk checked() {
            return TextChunk.of(file, offset, text, lineEnd);
        }
    }

    /**
     * Reads and checks files on all cores.
     *
     * @param size the approximate number of bytes of a piece
     * @param told hears after each piece how many bytes were read
     * @throws HeedException naming the file and the place of an error
     */
    public static List<TextSection> of(
            List<? extends StoredText> files, DataFormat format, int size, LongConsumer told) {
        List<TextSection> sections = new ArrayList<>();
        long[] done = new long[1];
        for (TextSplit split : TextSplit.of(files, size)) {
            List<TextChunk> pieces = new ArrayList<>();
            for (TextSplit.Range range : split.ranges()) {
                try (Bytes in = range.file().open()) {
                    InOrder.map(new Cutting(in, range, format, size), Raw::checked, (TextChunk piece) -> {
                        pieces.add(piece);
                        done[0] += piece.length();
                        told.accept(done[0]);
                    });
                }
            }
            sections.add(new TextSection(pieces));
        }
        TextSection.requireText(files, sections);
        return sections;
    }

    /**
     * Reads and checks one split, in this thread.
     *
     * @throws HeedException naming the file and the place of an error
     */
    public static TextSection of(TextSplit split, DataFormat format, int size) {
        List<TextChunk> pieces = new ArrayList<>();
        for (TextSplit.Range range : split.ranges()) {
            try (Bytes in = range.file().open()) {
                new Cutting(in, range, format, size).forEachRemaining(raw -> pieces.add(raw.checked()));
            }
        }
        return new TextSection(pieces);
    }

    /** Refuses a file that is missing, empty, or cannot be read twice. */
    static void require(Path file) {
        StoredText text = StoredText.of(file);
        try (Bytes in = text.open()) {
            if (in.size() == 0) {
                throw TextFile.empty(text);
            }
        }
    }

    /** Cuts a part of one file. */
    private static final class Cutting implements Iterator<Raw> {
        private final Bytes in;
        private final TextSplit.Range range;
        private final DataFormat format;
        private final int size;
        private final long end;
        private long offset;

        Cutting(Bytes in, TextSplit.Range range, DataFormat format, int size) {
            this.in = in;
            this.range = range;
            this.format = format;
            this.size = size;
            if (in.size() != range.size()) {
                throw TextChunk.changed(range.file());
            }
            offset = range.from() == 0 ? mark() : border(range.from());
            end = range.last() ? range.size() : border(range.to());
        }

        /** The number of bytes of the byte order mark. */
        private int mark() {
            byte[] start = TextChunk.read(in, 0, (int) Math.min(3, range.size()), false);
            return start.length == 3 && Utf8.decode(start, 0, 3) == 0xFEFF ? 3 : 0;
        }

        /** Where a piece would end that started here, which is the same for both neighbours. */
        private long border(long at) {
            return at + length(at, range.size());
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
            long at = offset;
            int length = length(at, end);
            offset += length;
            byte[] last = TextChunk.read(in, offset - 1, 1, false);
            boolean lineEnd =
                    range.followed() && offset == range.size() && !LineEnds.between(last[0], LineEnds.NOTHING);
            return new Raw(range.file(), at, TextChunk.read(in, at, length, lineEnd), lineEnd);
        }

        /** The number of bytes of a piece. */
        private int length(long at, long end) {
            for (int read = size; ; read *= 2) {
                if (read >= end - at) {
                    return (int) (end - at);
                }
                byte[] text = TextChunk.read(in, at, read, false);
                int cut = format == DataFormat.STREAM ? betweenTokens(text) : afterLine(text);
                if (cut > 0) {
                    return cut;
                }
                if (format == DataFormat.STREAM) {
                    int line = afterLine(text);
                    return line > 0 ? line : afterSpace(text);
                }
                if (read >= TextSplit.PIECES * size) {
                    throw new HeedException(
                            ("%s: the line at offset %d has more than %d bytes; use data.format: lines for one"
                                            + " sentence per line, data.format: stream for one long text")
                                    .formatted(range.file(), at, read));
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
