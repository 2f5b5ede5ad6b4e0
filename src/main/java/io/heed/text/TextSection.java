package io.heed.text;

import java.io.Serializable;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Consecutive pieces of a text that are processed together: those of a {@link TextSplit}, or a part of them.
 *
 * @param pieces the pieces, in order
 */
public record TextSection(List<TextChunk> pieces) implements Serializable {

    /** Copies the list. */
    public TextSection {
        pieces = List.copyOf(pieces);
    }

    /** The number of bytes of text. */
    public long bytes() {
        return pieces.stream().mapToLong(TextChunk::length).sum();
    }

    /** Whether it is only white space. */
    public boolean blank() {
        return pieces.stream().allMatch(TextChunk::blank);
    }

    /** The number of bytes of sections. */
    public static long bytes(List<TextSection> sections) {
        return sections.stream().mapToLong(TextSection::bytes).sum();
    }

    /**
     * Refuses a text of which a file is blank.
     *
     * @param files all files of the text
     * @param sections what was read of them
     * @throws io.heed.HeedException naming the first such file
     */
    public static void requireText(List<? extends StoredText> files, List<TextSection> sections) {
        Set<String> written = sections.stream()
                .flatMap(section -> section.pieces.stream())
                .filter(piece -> !piece.blank())
                .map(piece -> piece.file().toString())
                .collect(Collectors.toSet());
        for (StoredText file : files) {
            if (!written.contains(file.toString())) {
                throw TextFile.empty(file);
            }
        }
    }
}
