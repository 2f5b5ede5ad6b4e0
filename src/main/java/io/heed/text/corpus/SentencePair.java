package io.heed.text.corpus;

import io.heed.HeedException;
import io.heed.text.TextFile;
import io.heed.text.Visible;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sentence and its translation, as in a line of a TSV: the source, a tab, the target and, if known, another tab and the alignment of
 * their words. A third column without links, such as the origin of the pair, is ignored.
 *
 * @param source the sentence
 * @param target its translation
 * @param alignment the corresponding words, or null if unknown
 */
public record SentencePair(
        String source, String target, @Nullable Alignment alignment) {

    /** The pair as a line of a TSV. */
    public String line() {
        return source + "\t" + target + (alignment == null ? "" : "\t" + alignment);
    }

    /**
     * Reads a file of pairs; skips blank lines.
     *
     * @throws HeedException naming the file and the line of an error
     */
    public static List<SentencePair> read(Path file) {
        List<SentencePair> pairs = new ArrayList<>();
        int number = 0;
        for (String line : TextFile.read(file).lines().toList()) {
            number++;
            if (!line.isBlank()) {
                pairs.add(of(line, "%s, line %d".formatted(file, number)));
            }
        }
        if (pairs.isEmpty()) {
            throw new HeedException(
                    "%s has no pairs; write a sentence, a tab and its translation on each line".formatted(file));
        }
        return pairs;
    }

    private static SentencePair of(String line, String where) {
        String[] columns = line.split("\t", -1);
        if (columns.length < 2 || columns[0].isBlank() || columns[1].isBlank()) {
            throw new HeedException(
                    "%s: \"%s\" is not a sentence, a tab and its translation".formatted(where, Visible.text(line)));
        }
        if (columns.length == 2 || !Alignment.isWritten(columns[2])) {
            return new SentencePair(columns[0], columns[1], null);
        }
        try {
            Alignment alignment = Alignment.parse(columns[2]);
            int sourceWords = Alignment.words(columns[0]).size();
            int targetWords = Alignment.words(columns[1]).size();
            if (!alignment.fits(sourceWords, targetWords)) {
                throw new IllegalArgumentException("the alignment %s has words beyond the %d and %d of the sentences"
                        .formatted(columns[2], sourceWords, targetWords));
            }
            return new SentencePair(columns[0], columns[1], alignment);
        } catch (IllegalArgumentException e) {
            throw new HeedException("%s: %s".formatted(where, e.getMessage()), e);
        }
    }
}
