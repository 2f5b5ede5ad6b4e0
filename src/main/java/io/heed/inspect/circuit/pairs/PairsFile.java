package io.heed.inspect.circuit.pairs;

import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.text.ContrastPair;
import io.heed.text.TextFile;
import io.heed.text.Visible;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A file of pairs: on each line a clean text, a corrupted one, the answer and the wrong answer, with tabs between them; for a model that
 * translates, between the texts and the answers also the translation so far.
 */
public final class PairsFile {

    private PairsFile() {}

    /**
     * Reads the pairs with a model; skips blank lines.
     *
     * @throws HeedException naming the line if a pair cannot be used, or was there before
     */
    public static List<PromptPair> read(LanguageModel model, Path file) {
        boolean translates = model.transformer().config().translates();
        int columns = translates ? 5 : 4;
        List<PromptPair> pairs = new ArrayList<>();
        Map<Object, Integer> seen = new HashMap<>();
        int number = 0;
        for (String line : TextFile.read(file).lines().toList()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            String where = "%s, line %d".formatted(file, number);
            List<String> given = List.of(line.split("\t", -1));
            if (given.size() != columns) {
                throw new HeedException(
                        "%s: \"%s\" has %d columns; write a clean text, a corrupted one, %sthe answer and the wrong answer, with tabs between them"
                                .formatted(
                                        where,
                                        Visible.text(line),
                                        given.size(),
                                        translates ? "the translation so far, " : ""));
            }
            String written = translates ? given.get(2) : "";
            ContrastPair texts = new ContrastPair(
                    given.get(0), given.get(1), written, given.get(columns - 2), given.get(columns - 1));
            PromptPair pair = PromptPair.of(model, where, texts);
            Integer before = seen.putIfAbsent(pair.compared(), number);
            if (before != null) {
                throw new HeedException(
                        "%s: the texts of line %d again; remove one of the two, since each pair is measured once"
                                .formatted(where, before));
            }
            pairs.add(pair);
        }
        if (pairs.isEmpty()) {
            throw new HeedException(file + " has no pairs");
        }
        return pairs;
    }
}
