package io.heed.cli.print;

import io.heed.cli.terminal.TerminalTable;
import io.heed.inspect.circuit.CircuitProof;
import io.heed.inspect.circuit.CircuitReport;
import io.heed.inspect.circuit.StandIn;
import io.heed.inspect.circuit.graph.Edge;
import io.heed.text.Plural;
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
        boolean one = report.edges().size() == 1;
        String carries = Math.abs(1 - proof.faithfulness()) < NEAR
                ? one ? "carries" : "carry"
                : one ? "does not carry" : "do not carry";
        out.println("%d of %d edges %s the answer: alone %s %s of the difference that the text makes"
                .formatted(
                        report.edges().size(),
                        report.all(),
                        carries,
                        one ? "it keeps" : "they keep",
                        percent(proof.faithfulness()).strip()));
        out.println();
        TerminalTable table = new TerminalTable("  ", "<edge", "<", "<", ">lost without it").important(0, 1, 3, 2);
        int unmeasured = 0;
        for (int i = 0; i < report.edges().size(); i++) {
            if (proof.lost().get(i).isNaN()) {
                unmeasured++;
                continue;
            }
            Edge edge = report.edges().get(i);
            String lost = percent(proof.lost().get(i));
            table.row(edge.from().toString(), "→ " + edge.to(), edge.meaning(), lost);
        }
        table.print(out);
        if (unmeasured > 0) {
            out.println("  and " + Plural.of(unmeasured, "other that matters less", "others that matter less"));
        }
    }

    private static void proof(CircuitReport report, PrintWriter out) {
        CircuitProof proof = report.proof();
        out.println();
        String where = report.found() == 0
                ? "measured on " + pairs(proof.pairs())
                : "found on %s, measured on %s".formatted(pairs(report.found()), others(proof.pairs()));
        out.println(format(
                "%s: %s is %.2f after the clean texts, %.2f after the corrupted",
                where, name(report), proof.clean(), proof.corrupted()));
        out.println("  " + right(proof));
        row(out, "kept by all other edges, without these", percent(proof.complement()));
        row(out, "kept by as many at random, on average", percent(proof.random()));
        row(out, "kept by as many at random, at best", percent(proof.largestRandom()));
        if (proof.averaged() > 0) {
            String some = proof.averaged() == proof.pairs() ? "" : ", on " + pairs(proof.averaged());
            row(out, "kept with means for the others" + some, percent(proof.mean()));
        }
        if (!proof.curve().isEmpty()) {
            row(out, "kept by the most important edges", curve(proof.curve()));
        }
        if (!Double.isNaN(proof.area())) {
            row(out, "the area under that curve", format("%6.3f", proof.area()));
        }
        if (proof.sampled() < proof.pairs()) {
            out.println(format(
                    "  (of random edges, the curve and single edges, the first %s measured)",
                    proof.sampled() == 1 ? "pair alone was" : proof.sampled() + " pairs alone were"));
        }
        if (report.resampled() > 1) {
            row(
                    out,
                    "agreement of %d on resampled pairs".formatted(report.resampled()),
                    format("%6.2f", report.agreement()));
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

    private static void row(PrintWriter out, String what, String figure) {
        out.println(format("  %-44s %s", what, figure));
    }

    private static String percent(double share) {
        return format("%6s %%", Rounded.of(1, 100 * share));
    }

    private static String pairs(int count) {
        return Plural.of(count, "pair");
    }

    private static String others(int count) {
        return count == 1 ? "another" : count + " others";
    }

    /** How often the model prefers the right answer of the two, after both texts. */
    private static String right(CircuitProof proof) {
        return proof.right() == proof.pairs()
                ? "the model prefers the right answer after both texts of each pair"
                : "the model prefers the right answer after both texts of %d of them".formatted(proof.right());
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
