package io.heed.cli.options;

import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Passage;
import io.heed.text.Plural;
import io.heed.text.TextFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Texts to inspect, from a file with one per line. */
public final class Passages {

    private Passages() {}

    /**
     * Reads a file of texts, one per line, skipping empty lines.
     *
     * @throws HeedException if the file is missing, is not text or has no line
     */
    public static List<Passage> read(LanguageModel model, Path file, PrintWriter err) {
        List<Passage> passages = new ArrayList<>();
        int cut = 0;
        int unknown = 0;
        for (String line : TextFile.lines(TextFile.read(file))) {
            var encoded = model.encode(line);
            cut += encoded.length() > model.context() ? 1 : 0;
            unknown += encoded.unknown().isEmpty() ? 0 : 1;
            passages.add(new Passage(line, encoded.last(model.context())));
        }
        if (passages.isEmpty()) {
            throw new HeedException("%s has no text; give a file with a text on each line".formatted(file));
        }
        note(cut, unknown, model.context(), err);
        return passages;
    }

    /**
     * Notes what is not read of texts as it stands there.
     *
     * @param cut how many are longer than the context
     * @param unknown how many have words that the model does not know
     */
    public static void note(long cut, long unknown, int context, PrintWriter err) {
        if (cut > 0) {
            err.printf(
                    "heed: %s longer than %s; %s read%n",
                    Plural.of(cut, "text is", "texts are"),
                    Plural.of(context, "token"),
                    cut == 1 ? "only its end is" : "only their ends are");
        }
        if (unknown > 0) {
            err.printf(
                    "heed: %s words the model does not know and reads as [UNK]%n",
                    Plural.of(unknown, "text has", "texts have"));
        }
    }
}
