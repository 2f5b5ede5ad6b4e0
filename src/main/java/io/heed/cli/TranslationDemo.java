package io.heed.cli;

import io.heed.Home;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.cli.print.TranslationAttention;
import io.heed.cli.terminal.Bar;
import io.heed.cli.terminal.Terminal;
import io.heed.inspect.files.DumpFormat;
import io.heed.inspect.pictures.Style;
import io.heed.model.DeviceChoice;
import io.heed.predict.evaluation.HeadAlignment;
import io.heed.predict.evaluation.TranslationEvaluation;
import io.heed.text.corpus.SentencePair;
import io.heed.text.toy.PairCorpus;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;

/** Presents the translation model: what it writes, what it looks up for that, how often it is right. */
final class TranslationDemo {

    private static final List<String> SENTENCES = List.of(
            "voir le tableau ci-dessous",
            "les petites souris noires ne dorment pas",
            "l'enfant a souvent cherché la pomme de terre près du jardin .");

    private static final int HELD_OUT = 200;

    private TranslationDemo() {}

    /** @param folder where the pages go */
    static void show(PrintWriter out, PrintWriter err, Path folder) {
        Path shipped = Home.folder().resolve("models/fr-en");
        try (LanguageModel model = ModelFolder.readTranslator(shipped, DeviceChoice.CPU.resolve())) {
            heading(out, "1. A translation, and for each word the word it comes from");
            Path page = Path.of("");
            for (int i = SENTENCES.size() - 1; i >= 0; i--) {
                TranslationAttention found = TranslationAttention.of(model, SENTENCES.get(i), null, err);
                found.print(out);
                if (i > 0) {
                    out.println();
                }
                page = found.write(
                                model,
                                "fr-en",
                                folder.resolve("attention-" + (i + 1)),
                                EnumSet.of(DumpFormat.HTML),
                                Style.STANDARD)
                        .get(0);
            }
            heading(out, "2. How often it is right, on sentences it never saw");
            List<SentencePair> heldOut = new PairCorpus(PairCorpus.SEED).heldOut(HELD_OUT);
            TranslationEvaluation figures;
            try (Bar bar = new Bar(err, "translating", heldOut.size())) {
                figures = TranslationEvaluation.of(model, heldOut, bar::stepTo);
            }
            HeadAlignment best = HeadAlignment.of(model, heldOut).get(0);
            out.println(String.format(
                    Locale.ROOT,
                    "%d of %d translated exactly; BLEU %.1f; layer %d, head %d looks up the wrong word in %.1f %%",
                    figures.exact(),
                    figures.pairs(),
                    figures.bleu(),
                    best.layer(),
                    best.head(),
                    100 * best.errors().rate()));
            heading(out, "3. Look at the lines");
            out.println(
                    "open in a browser: " + page.toAbsolutePath().normalize().toUri());
            out.println("heed train configs/translation.yaml --set name=my-fr-en trains such a model.");
        }
    }

    private static void heading(PrintWriter out, String text) {
        out.println();
        out.println(Terminal.bold(text));
    }
}
