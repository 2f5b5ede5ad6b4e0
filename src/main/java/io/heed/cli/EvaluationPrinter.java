package io.heed.cli;

import io.heed.predict.Evaluation;
import io.heed.predict.Evaluation.Bin;
import io.heed.predict.Evaluation.Position;
import io.heed.predict.EvaluationReport;
import io.heed.text.DataFormat;
import io.heed.text.Visible;
import java.io.PrintWriter;
import java.util.Locale;

/** Prints what {@code heed evaluate} found. */
final class EvaluationPrinter {

    private static final int BAR = 30;

    private final PrintWriter out;

    EvaluationPrinter(PrintWriter out) {
        this.out = out;
    }

    /** Prints the files one by one, and of all of them together what depends on the position, and the calibration. */
    static void print(EvaluationReport report, PrintWriter out) {
        new EvaluationPrinter(out).print(report);
    }

    private void print(EvaluationReport report) {
        print(
                "%s, %s, a window of %,d tokens that moves on by %,d",
                Visible.text(report.model().toString()),
                report.format() == DataFormat.LINES ? "each line by itself" : "as one long text",
                report.context(),
                report.stride());
        Evaluation total = report.total();
        int width = report.files().stream()
                .mapToInt(each -> Visible.text(each.file().toString()).length())
                .max()
                .orElse(0);
        String column = "  %-" + Math.max(5, width) + "s";
        print("");
        print(
                column + " %12s %8s %11s %10s %9s %7s %7s",
                "",
                "tokens",
                "loss",
                "perplexity",
                "bits/byte",
                "accuracy",
                "at 5",
                "ECE");
        report.files().forEach(each -> row(column, Visible.text(each.file().toString()), each.evaluation()));
        if (report.files().size() > 1) {
            row(column, "total", total);
        }
        print("");
        print("  %-13s %12s %8s %9s %7s", "tokens before", "tokens", "loss", "accuracy", "at 5");
        for (Position bucket : total.buckets()) {
            print(
                    "  %-13s %,12d %8.4f %9.4f %7.4f",
                    bucket.before() == bucket.to()
                            ? String.valueOf(bucket.to())
                            : bucket.before() + " to " + bucket.to(),
                    bucket.tokens(),
                    bucket.loss(),
                    bucket.accuracy(),
                    bucket.accuracyAtFive());
        }
        print("");
        print("  %-13s %12s %8s %9s", "confidence", "tokens", "mean", "accuracy");
        for (Bin bin : total.bins()) {
            if (bin.tokens() > 0) {
                print(
                        "  %.3f to %.3f %,11d %8.4f %9.4f  %s",
                        bin.above(),
                        bin.to(),
                        bin.tokens(),
                        bin.confidence(),
                        bin.accuracy(),
                        Terminal.blue(Terminal.bar(bin.accuracy(), BAR)).stripTrailing());
            }
        }
    }

    private void row(String column, String name, Evaluation found) {
        print(
                column + " %,12d %8.4f %11.4g %10.4f %9.4f %7.4f %7.4f",
                name,
                found.tokens(),
                found.loss(),
                found.perplexity(),
                found.bitsPerByte(),
                found.accuracy(),
                found.accuracyAtFive(),
                found.calibrationError());
    }

    private void print(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values).stripTrailing());
    }
}
