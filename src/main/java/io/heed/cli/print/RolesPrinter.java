package io.heed.cli.print;

import io.heed.cli.terminal.Terminal;
import io.heed.cli.terminal.TerminalTable;
import io.heed.inspect.evidence.AblationKind;
import io.heed.inspect.evidence.RoleEvidence;
import io.heed.inspect.evidence.RoleEvidence.Member;
import io.heed.inspect.evidence.RoleEvidence.OfRole;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.stream.Collectors;

/** Prints which heads have which role, and what a model loses without them. */
public final class RolesPrinter {

    private static final int HEADS = 8;

    private final PrintWriter out;

    public RolesPrinter(PrintWriter out) {
        this.out = out;
    }

    /** Prints the losses, then the clearest heads of each role. */
    public void print(RoleEvidence found) {
        out.printf(
                Locale.ROOT,
                "%d random sequences of %d tokens, each read twice: the repeated half has a loss of %.2f nats per token, the"
                        + " first half %.2f%n",
                found.sequences(),
                found.once(),
                found.whole().repeatedHalf(),
                found.whole().firstHalf());
        if (found.roles().stream().allMatch(each -> each.heads().isEmpty())) {
            out.println("no head has one of the roles: "
                    + found.roles().stream().map(each -> each.role().title()).collect(Collectors.joining(", ")));
            return;
        }
        out.printf(
                "the losses change by this much when all heads of a role are replaced by %s%n",
                found.ablation() == AblationKind.MEAN ? "their mean outputs" : "zero");
        TerminalTable table = new TerminalTable(
                "  ", "<role", ">heads", ">repeated half", ">first half", "<as many other heads instead");
        for (OfRole each : found.roles()) {
            if (each.heads().isEmpty()) {
                table.row(each.role().title(), 0, "–", "–", "");
            } else {
                table.row(
                        each.role().title(),
                        each.heads().size(),
                        number("%+.2f", each.change().repeatedHalf()),
                        number("%+.2f", each.change().firstHalf()),
                        random(each));
            }
        }
        table.print(out);
        found.roles().stream().filter(each -> !each.heads().isEmpty()).forEach(this::heads);
    }

    private static String random(OfRole found) {
        if (found.random().isEmpty()) {
            return "there are fewer others";
        }
        return String.format(
                Locale.ROOT,
                "%+.2f ± %.2f, at most %+.2f (%d draws)",
                found.randomMean(),
                found.randomDeviation(),
                found.randomLargest(),
                found.random().size());
    }

    private void heads(OfRole found) {
        out.println();
        out.println(Terminal.bold(found.role().title() + " heads") + Terminal.faint(", " + meaning(found)));
        for (Member each :
                found.heads().subList(0, Math.min(HEADS, found.heads().size()))) {
            out.println("  " + AnswerPrinter.name(each.layer(), each.head(), each.keyHead()) + "   "
                    + AnswerPrinter.weight(each.share()));
        }
        if (found.heads().size() > HEADS) {
            out.println(Terminal.faint(
                    "  and %d more; --json lists all".formatted(found.heads().size() - HEADS)));
        }
    }

    private static String meaning(OfRole found) {
        String part = number("%.1f", found.role().least()) + " of their weight or more";
        return switch (found.role()) {
            case INDUCTION -> "which read what followed the last time with " + part;
            case DUPLICATE_TOKEN -> "which read the same token earlier with " + part;
            case PREVIOUS_TOKEN -> "which read the token before with " + part;
            case FIRST_TOKEN -> "which rest on the first token with " + part;
        };
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
