package io.heed.cli;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.HeadAlignment;
import io.heed.predict.TranslationEvaluation;
import io.heed.text.SentencePair;
import io.heed.text.Visible;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How well a model translates files of pairs, and how well its cross-attention knows which word comes from which. */
final class TranslationReport {

    private record Part(Path file, TranslationEvaluation evaluation, List<HeadAlignment> heads) {}

    private final List<Part> parts = new ArrayList<>();

    /** Evaluates a model on files. */
    TranslationReport(LanguageModel model, List<Path> files, PrintWriter err) {
        for (Path file : files) {
            List<SentencePair> pairs = SentencePair.read(file);
            try (Bar bar = new Bar(err, "translating", pairs.size())) {
                parts.add(new Part(
                        file, TranslationEvaluation.of(model, pairs, bar::stepTo), HeadAlignment.of(model, pairs)));
            }
        }
    }

    /** Prints a paragraph a file. */
    void print(PrintWriter out, PrintWriter err) {
        for (Part part : parts) {
            TranslationEvaluation found = part.evaluation;
            if (found.cut() > 0) {
                err.printf(
                        "heed: %s: %,d sentences are longer than the model reads; their ends are left out%n",
                        Visible.text(part.file.toString()), found.cut());
            }
            out.println(Terminal.bold("%s, %,d pairs".formatted(Visible.text(part.file.toString()), found.pairs())));
            out.println(String.format(
                    Locale.ROOT,
                    "  the very words  %.4f%n  BLEU            %.2f%n  chrF            %.2f",
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
                            head.errors().rate(),
                            meaning(head.errors().rate()))));
            found.wrong().forEach(wrong -> {
                out.println("  " + Terminal.faint(Visible.text(wrong.source())));
                out.println("    came out   " + Visible.text(wrong.translation()));
                out.println("    should be  " + Visible.text(wrong.reference()));
            });
        }
        out.flush();
    }

    /** What an alignment error rate says of what a head reads before it writes a word. */
    static String meaning(double rate) {
        if (Double.isNaN(rate)) {
            return "no word comes from another";
        }
        if (rate <= .1) {
            return "reads the word that each word comes from";
        }
        return rate <= .5 ? "often reads the word that a word comes from" : "mostly reads other words";
    }

    /** Prints one JSON object. */
    void json(PrintWriter out, Path model) {
        out.println(Json.line(Json.object(
                "model", model.toString(),
                "files", parts.stream().map(TranslationReport::object).toList())));
    }

    private static Map<String, @Nullable Object> object(Part part) {
        return Json.object(
                "file", part.file.toString(),
                "pairs", part.evaluation.pairs(),
                "exact", part.evaluation.exactShare(),
                "bleu", part.evaluation.bleu(),
                "chrf", part.evaluation.chrF(),
                "cut", part.evaluation.cut(),
                "wrong", part.evaluation.wrong(),
                "heads",
                        part.heads.stream()
                                .map(head -> Map.of(
                                        "layer", head.layer(),
                                        "head", head.head(),
                                        "alignment_error_rate", head.errors().rate()))
                                .toList());
    }
}
