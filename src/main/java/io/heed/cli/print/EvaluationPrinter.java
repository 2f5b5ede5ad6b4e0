package io.heed.cli.print;

import io.heed.cli.terminal.Terminal;
import io.heed.cli.terminal.TerminalTable;
import io.heed.predict.evaluation.EvaluationReport;
import io.heed.predict.evaluation.EvaluationTotals;
import io.heed.predict.evaluation.EvaluationTotals.Bin;
import io.heed.predict.evaluation.EvaluationTotals.Position;
import io.heed.predict.evaluation.TranslationEvaluation;
import io.heed.predict.evaluation.TranslationReport;
import io.heed.text.DataFormat;
import io.heed.text.Plural;
import io.heed.text.Visible;
import java.io.PrintWriter;
import java.util.Locale;

/** Prints the result of {@code heed evaluate}. */
public final class EvaluationPrinter {

    private static final int BAR = 30;
    private static final int HEADS = 3;

    private EvaluationPrinter() {}

    /** Prints the measures of each file, and those by position and the calibration over all files. */
    public static void print(EvaluationReport report, PrintWriter out) {
        out.println("%s, %s, a window of %,d tokens that moves by %,d"
                .formatted(
                        Visible.text(report.model()),
                        report.format() == DataFormat.LINES ? "each line by itself" : "as one long text",
                        report.context(),
                        report.stride()));
        out.println();
        files(report).print(out);
        out.println();
        positions(report.total()).print(out);
        out.println();
        bins(report.total()).print(out);
    }

    /** Warns of words that the model does not know. */
    public static void warn(EvaluationTotals total, PrintWriter err) {
        if (total.unknown() > 0) {
            err.printf(
                    Locale.ROOT,
                    "heed: %,d of %s %s that the model does not know; it reads [UNK] there, which is what is scored%n",
                    total.unknown(),
                    Plural.of(total.tokens(), "token"),
                    total.unknown() == 1 ? "is a word" : "are words");
        }
    }

    /** Prints a paragraph per file. */
    public static void print(TranslationReport report, PrintWriter out, PrintWriter err) {
        for (TranslationReport.OfFile part : report.files()) {
            TranslationEvaluation found = part.evaluation();
            String file = Visible.text(part.file().toString());
            if (found.cut() > 0) {
                err.printf(
                        "heed: %s: %s longer than the context; %s left out%n",
                        file,
                        Plural.of(found.cut(), "sentence is", "sentences are"),
                        found.cut() == 1 ? "its end is" : "their ends are");
            }
            out.println(Terminal.bold(file + ", " + Plural.of(found.pairs(), "pair")));
            out.println("  exact matches   " + number("%.4f", found.exactShare()));
            out.println("  BLEU            " + number("%.2f", found.bleu()));
            out.println("  chrF            " + number("%.2f", found.chrF()));
            part.heads().stream()
                    .limit(HEADS)
                    .forEach(head -> out.println("  layer %d, head %d: alignment error rate %s, %s"
                            .formatted(
                                    head.layer(),
                                    head.head(),
                                    number("%.4f", head.alignmentErrorRate()),
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

    private static TerminalTable files(EvaluationReport report) {
        TerminalTable table = new TerminalTable(
                "  ", "<", ">tokens", ">loss", ">perplexity", ">bits/byte", ">accuracy", ">at 5", ">ECE");
        report.files().forEach(each -> row(table, Visible.text(each.file()), each.evaluation()));
        if (report.files().size() > 1) {
            row(table, "total", report.total());
        }
        return table;
    }

    private static void row(TerminalTable table, String name, EvaluationTotals found) {
        table.row(
                name,
                number("%,d", found.tokens()),
                number("%.4f", found.loss()),
                number("%.4g", found.perplexity()),
                number("%.4f", found.bitsPerByte()),
                number("%.4f", found.accuracy()),
                number("%.4f", found.accuracyAtFive()),
                number("%.4f", found.calibrationError()));
    }

    private static TerminalTable positions(EvaluationTotals total) {
        TerminalTable table = new TerminalTable("  ", "<tokens before", ">tokens", ">loss", ">accuracy", ">at 5");
        for (Position bucket : total.buckets()) {
            table.row(
                    bucket.before() == bucket.to() ? bucket.to() : bucket.before() + " to " + bucket.to(),
                    number("%,d", bucket.tokens()),
                    number("%.4f", bucket.loss()),
                    number("%.4f", bucket.accuracy()),
                    number("%.4f", bucket.accuracyAtFive()));
        }
        return table;
    }

    private static TerminalTable bins(EvaluationTotals total) {
        TerminalTable table = new TerminalTable("  ", "<confidence", ">tokens", ">mean", ">accuracy", "<");
        for (Bin bin : total.bins()) {
            if (bin.tokens() > 0) {
                table.row(
                        number("%.3f", bin.above()) + " to " + number("%.3f", bin.to()),
                        number("%,d", bin.tokens()),
                        number("%.4f", bin.confidence()),
                        number("%.4f", bin.accuracy()),
                        Terminal.blue(Terminal.bar(bin.accuracy(), BAR).stripTrailing()));
            }
        }
        return table;
    }

    private static String number(String format, Number value) {
        return String.format(Locale.ROOT, format, value);
    }
}
