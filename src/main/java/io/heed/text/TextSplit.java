package io.heed.text;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * A part of a text that is read at once: some bytes of a long file, or several short files. How a text is split depends on the sizes of
 * its files alone, so that whoever reads it, in whatever order, finds the same pieces.
 *
 * @param ranges what it consists of, in order
 */
public record TextSplit(List<Range> ranges) implements Serializable {

    /** The most pieces of a split. No line is longer, so the end of a split lies before that of the next one. */
    static final int PIECES = 64;

    /**
     * About where a part of a file starts and ends. It really starts and ends at the next places where {@link TextChunks} may cut.
     *
     * @param file the file
     * @param from the first byte
     * @param to the byte after the last one
     * @param size the size of the file
     * @param followed whether another file follows
     */
    record Range(StoredText file, long from, long to, long size, boolean followed) implements Serializable {

        /** Whether it is the last of its file. */
        boolean last() {
            return to == size;
        }
    }

    /** Copies the list. */
    public TextSplit {
        ranges = List.copyOf(ranges);
    }

    /**
     * Splits files.
     *
     * @param piece the approximate number of bytes of a piece
     * @throws io.heed.HeedException naming a file that is missing or empty
     */
    public static List<TextSplit> of(List<? extends StoredText> files, int piece) {
        long longest = (long) PIECES * piece;
        List<TextSplit> splits = new ArrayList<>();
        List<Range> current = new ArrayList<>();
        long bytes = 0;
        for (int i = 0; i < files.size(); i++) {
            StoredText file = files.get(i);
            long size = file.size();
            if (size == 0) {
                file.open().close(); // says why, if it is no file
                throw TextFile.empty(file);
            }
            for (long from = 0; from < size; from += longest) {
                Range range = new Range(file, from, Math.min(size, from + longest), size, i + 1 < files.size());
                if (bytes + range.to - from > longest) {
                    splits.add(new TextSplit(current));
                    current.clear();
                    bytes = 0;
                }
                current.add(range);
                bytes += range.to - from;
            }
        }
        splits.add(new TextSplit(current));
        return splits;
    }

    /** About how many bytes it has. */
    public long bytes() {
        return ranges.stream().mapToLong(range -> range.to - range.from).sum();
    }
}
