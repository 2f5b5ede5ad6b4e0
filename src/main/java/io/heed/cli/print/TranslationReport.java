package io.heed.cli.print;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.heed.checkpoint.LanguageModel;
import io.heed.cli.terminal.Bar;
import io.heed.cli.terminal.Terminal;
import io.heed.inspect.heads.HeadAlignment;
import io.heed.predict.evaluation.TranslationEvaluation;
import io.heed.text.Visible;
import io.heed.text.corpus.SentencePair;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How well a model translates files of pairs, and how well its cross-attention aligns their words.
 *
 * @param model the model's folder
 * @param files the files, one by one
 */
public record TranslationReport(Path model, List<OfFile> files) {

    /**
     * One file.
     *
     * @param file where it is
     * @param evaluation how well it is translated
     * @param heads how well each head finds the word that a word comes from, the best first
     */
    record OfFile(Path file, @JsonUnwrapped TranslationEvaluation evaluation, List<HeadAlignment> heads) {}

    /** Evaluates a model on files. */
    public static TranslationReport of(LanguageModel model, Path folder, List<Path> files, PrintWriter err) {
        List<OfFile> all = new ArrayList<>();
        for (Path file : files) {
            List<SentencePair> pairs = SentencePair.read(file);
            try (Bar bar = new Bar(err, "translating", pairs.size())) {
                all.add(new OfFile(
                        file, TranslationEvaluation.of(model, pairs, bar::stepTo), HeadAlignment.of(model, pairs)));
            }
        }
        return new TranslationReport(folder, List.copyOf(all));
    }

    /** Prints a paragraph per file. */
    public void print(PrintWriter out, PrintWriter err) {
        for (OfFile part : files) {
            TranslationEvaluation found = part.evaluation;
            if (found.cut() > 0) {
                err.printf(
                        "heed: %s: %,d sentences are longer than the context; their ends are left out%n",
                        Visible.text(part.file.toString()), found.cut());
            }
            out.println(Terminal.bold("%s, %,d pairs".formatted(Visible.text(part.file.toString()), found.pairs())));
            out.println(String.format(
                    Locale.ROOT,
                    "  exact matches   %.4f%n  BLEU            %.2f%n  chrF            %.2f",
                    found.exactShare(),
                    found.bleu(),
                    found.chrF()));
            part.heads.stream()
                    .limit(3)
                    .forEach(head -> out.println(String.format(
                            Locale.ROOT,
                            "  layer %d, head %d: alignment error rate %.4f, %s",
                            head.layer(),
                            head.head(),
                            head.alignmentErrorRate(),
                            meaning(head.alignmentErrorRate()))));
            found.wrong().forEach(wrong -> {
                out.println("  " + Terminal.faint(Visible.text(wrong.source())));
                out.println("    translated  " + Visible.text(wrong.translation()));
                out.println("    reference   " + Visible.text(wrong.reference()));
            });
        }
        out.flush();
    }

    /** Returns what an alignment error rate says about what a head reads before a word is written. */
    public static String meaning(double rate) {
        if (Double.isNaN(rate)) {
            return "no word comes from another";
        }
        if (rate <= .1) {
            return "reads the word that each word comes from";
        }
        return rate <= .5 ? "often reads the word that each word comes from" : "mostly reads other words";
    }
}
