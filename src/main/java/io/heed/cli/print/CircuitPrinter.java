package io.heed.cli.print;

import io.heed.cli.terminal.TerminalTable;
import io.heed.inspect.circuit.CircuitProof;
import io.heed.inspect.circuit.CircuitReport;
import io.heed.inspect.circuit.Edge;
import io.heed.inspect.circuit.StandIn;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Prints a circuit as a list, and what proves it. */
public final class CircuitPrinter {

    private static final double FLAT = 0.99;

    /** How far from 1 a faithfulness may be of which we say that the circuit carries the answer. */
    private static final double NEAR = 0.1;

    private CircuitPrinter() {}

    /** Prints a report. */
    public static void print(CircuitReport report, PrintWriter out) {
        edges(report, out);
        proof(report, out);
    }

    /** Prints the edges and what is lost without each. */
    public static void edges(CircuitReport report, PrintWriter out) {
        CircuitProof proof = report.proof();
        out.println(format(
                "%d of %d edges %s: alone they keep %.1f %% of the difference that the text makes",
                report.edges().size(),
                report.all(),
                Math.abs(1 - proof.faithfulness()) < NEAR ? "carry the answer" : "do not carry the answer",
                100 * proof.faithfulness()));
        out.println();
        TerminalTable table = new TerminalTable("  ", "<", "<", "<", ">");
        int unmeasured = 0;
        for (int i = 0; i < report.edges().size(); i++) {
            if (proof.lost().get(i).isNaN()) {
                unmeasured++;
                continue;
            }
            Edge edge = report.edges().get(i);
            String without = format(
                    "without it %5.1f %%",
                    100 * (proof.faithfulness() - proof.lost().get(i)));
            table.row(edge.from().toString(), "→ " + edge.to(), edge.meaning(), without);
        }
        table.print(out);
        if (unmeasured > 0) {
            out.println(format("  and %d others that matter less", unmeasured));
        }
    }

    private static void proof(CircuitReport report, PrintWriter out) {
        CircuitProof proof = report.proof();
        out.println();
        String where = report.found() == 0
                ? "measured on %d pairs".formatted(proof.pairs())
                : "found on %d pairs, measured on %d others".formatted(report.found(), proof.pairs());
        out.println(format(
                "%s: %s is %.2f after the clean texts, %.2f after the corrupted",
                where, name(report), proof.clean(), proof.corrupted()));
        row(out, "all other edges, without these", proof.complement());
        row(out, "as many edges at random, on average", proof.random());
        row(out, "the circuit, with means for the others", proof.mean());
        out.println(format("  %-44s %s", "the most important edges", curve(proof.curve())));
        out.println(format("  %-44s %6.3f", "the area under that curve", proof.area()));
        if (proof.sampled() < proof.pairs()) {
            out.println(format(
                    "  (of random edges, the curve and single edges, the first %d pairs alone were measured)",
                    proof.sampled()));
        }
        if (report.resampled() > 1) {
            out.println(format(
                    "  %-44s %6.2f",
                    "agreement of %d on resampled pairs".formatted(report.resampled()), report.agreement()));
        }
        report.standIns().forEach(each -> out.println(standIn(each)));
    }

    private static String name(CircuitReport report) {
        return switch (report.metric()) {
            case LOGIT_DIFFERENCE -> "the answer's logit less the wrong one's";
            case KL -> "less the divergence from the clean text's prediction";
            case LOG_PROBABILITY -> "ln P of the answer";
        };
    }

    private static void row(PrintWriter out, String what, double faithfulness) {
        out.println(format("  %-44s %6.1f %%", what, 100 * faithfulness));
    }

    /** The curve up to where it is flat. */
    private static String curve(List<CircuitProof.Point> curve) {
        int enough = 0;
        while (enough < curve.size() - 1 && curve.get(enough).faithfulness() < FLAT) {
            enough++;
        }
        return curve.subList(0, enough + 1).stream()
                .map(point -> format("%d: %d %%", point.edges(), Math.round(100 * point.faithfulness())))
                .collect(Collectors.joining(", "));
    }

    private static String standIn(StandIn each) {
        return format(
                "heads %s and %s stand in for each other: without either, ln P changes by %.2f or %.2f; without both, by %.2f",
                each.first(), each.second(), -each.withoutFirst(), -each.withoutSecond(), -each.withoutBoth());
    }

    private static String format(String text, Object... values) {
        return String.format(Locale.ROOT, text, values);
    }
}
