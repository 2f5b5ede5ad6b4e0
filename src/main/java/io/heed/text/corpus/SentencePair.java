package io.heed.text.corpus;

import io.heed.HeedException;
import io.heed.text.TextFile;
import io.heed.text.Visible;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sentence and its translation, as a line of a TSV holds them: the source, a tab, the target, and where it is known another tab and
 * the alignment of their words. A third column in which there is no link, such as where a pair is from, says nothing here.
 *
 * @param source what is translated
 * @param target the translation
 * @param alignment which word stands for which, or null where that is not known
 */
public record SentencePair(
        String source, String target, @Nullable Alignment alignment) {

    /** The pair as a line of a TSV. */
    public String line() {
        return source + "\t" + target + (alignment == null ? "" : "\t" + alignment);
    }

    /**
     * Reads a file of pairs; blank lines are left out.
     *
     * @throws HeedException naming file and line of what is wrong
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
                    "%s has no pair; give a sentence, a tab and its translation on each line".formatted(file));
        }
        return pairs;
    }

    private static SentencePair of(String line, String where) {
        String[] columns = line.split("\t", -1);
        if (columns.length < 2 || columns[0].isBlank() || columns[1].isBlank()) {
            throw new HeedException(
                    "%s: there is no sentence, tab and translation in \"%s\"".formatted(where, Visible.text(line)));
        }
        if (columns.length == 2 || !Alignment.isWritten(columns[2])) {
            return new SentencePair(columns[0], columns[1], null);
        }
        try {
            Alignment alignment = Alignment.parse(columns[2]);
            int sourceWords = Alignment.words(columns[0]).size();
            int targetWords = Alignment.words(columns[1]).size();
            if (!alignment.fits(sourceWords, targetWords)) {
                throw new IllegalArgumentException("the alignment %s is of more words than the %d and %d there are"
                        .formatted(columns[2], sourceWords, targetWords));
            }
            return new SentencePair(columns[0], columns[1], alignment);
        } catch (IllegalArgumentException e) {
            throw new HeedException("%s: %s".formatted(where, e.getMessage()), e);
        }
    }
}
