package io.heed.cli.print;

import io.heed.cli.terminal.Terminal;
import io.heed.cli.terminal.TerminalTable;
import io.heed.predict.ModelPart;
import io.heed.predict.evaluation.EvaluationReport;
import io.heed.predict.evaluation.EvaluationTotals;
import io.heed.predict.evaluation.PartEvaluation;
import io.heed.text.DataFormat;
import io.heed.text.Plural;
import io.heed.text.Visible;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Prints what a part of a model is worth beside the whole. */
public final class PartPrinter {

    private PartPrinter() {}

    /** What of the model is left, in one line. */
    public static String sentence(ModelPart part) {
        ModelPart.Alone alone = part.only();
        if (alone == null) {
            List<String> heads = part.without();
            return "without head%s %s, whose output%s zero"
                    .formatted(
                            heads.size() == 1 ? "" : "s",
                            String.join(", ", heads),
                            heads.size() == 1 ? " is" : "s are");
        }
        return String.format(
                Locale.ROOT,
                "only %,d of %,d edges, those of %s; the others bring means over %s of %s, %s",
                alone.edges(),
                alone.all(),
                Visible.text(alone.circuit()),
                Plural.of(alone.tokens(), "token"),
                Visible.text(String.join(", ", alone.means())),
                alone.positions() == 0
                        ? "since fewer than 10 texts reach any position, over all positions"
                        : "by position at " + Plural.of(alone.positions(), "position"));
    }

    /** Prints the measures of the part and of the whole side by side, of each file and of all. */
    public static void print(PartEvaluation found, PrintWriter out) {
        EvaluationReport whole = found.whole();
        out.println("%s, %s, a window of %,d tokens that moves by %,d"
                .formatted(
                        Visible.text(whole.model()),
                        whole.format() == DataFormat.LINES ? "each line by itself" : "as one long text",
                        whole.context(),
                        whole.stride()));
        out.println(sentence(found.part()));
        int files = whole.files().size();
        for (int i = 0; i < files; i++) {
            EvaluationReport.OfFile file = whole.files().get(i);
            measures(
                    file.file(),
                    file.evaluation(),
                    found.ofPart().files().get(i).evaluation(),
                    out);
        }
        if (files > 1) {
            measures("total", whole.total(), found.ofPart().total(), out);
        }
        out.flush();
    }

    private static void measures(String name, EvaluationTotals whole, EvaluationTotals part, PrintWriter out) {
        out.println();
        out.println(Terminal.bold(Visible.text(name) + ", " + Plural.of(whole.tokens(), "token")));
        TerminalTable table = new TerminalTable("  ", "<", ">whole", ">part", ">difference");
        row(table, "loss", "%.4f", whole.loss(), part.loss());
        row(table, "perplexity", "%.4g", whole.perplexity(), part.perplexity());
        row(table, "bits/byte", "%.4f", whole.bitsPerByte(), part.bitsPerByte());
        row(table, "accuracy", "%.4f", whole.accuracy(), part.accuracy());
        row(table, "at 5", "%.4f", whole.accuracyAtFive(), part.accuracyAtFive());
        row(table, "ECE", "%.4f", whole.calibrationError(), part.calibrationError());
        table.print(out);
    }

    private static void row(TerminalTable table, String name, String format, double whole, double part) {
        String difference = String.format(Locale.ROOT, format, part - whole);
        boolean none = Double.parseDouble(difference) == 0; // NaN is not
        table.row(
                name,
                String.format(Locale.ROOT, format, whole),
                String.format(Locale.ROOT, format, part),
                none ? difference.replace("-", "") : difference.startsWith("-") ? difference : "+" + difference);
    }
}
