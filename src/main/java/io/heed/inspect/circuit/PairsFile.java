package io.heed.inspect.circuit;

import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.text.TextFile;
import io.heed.text.Visible;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file of pairs: on each line a clean text, a corrupted one, the answer and the wrong answer, with tabs between them. */
public final class PairsFile {

    private static final int COLUMNS = 4;

    private PairsFile() {}

    /**
     * Reads the pairs with a model; skips blank lines.
     *
     * @throws HeedException naming the line if a pair cannot be used
     */
    public static List<PromptPair> read(LanguageModel model, Path file) {
        List<PromptPair> pairs = new ArrayList<>();
        int number = 0;
        for (String line : TextFile.read(file).lines().toList()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            String where = "%s, line %d".formatted(file, number);
            String[] columns = line.split("\t", -1);
            if (columns.length != COLUMNS) {
                throw new HeedException(
                        "%s: \"%s\" has %d columns; write a clean text, a corrupted one, the answer and the wrong answer, with tabs between them"
                                .formatted(where, Visible.text(line), columns.length));
            }
            pairs.add(PromptPair.of(model, where, columns[0], columns[1], columns[2], columns[3]));
        }
        if (pairs.isEmpty()) {
            throw new HeedException(file + " has no pairs");
        }
        return pairs;
    }
}
