package io.heed.cli.print;

import io.heed.cli.terminal.Terminal;
import io.heed.cli.terminal.TerminalTable;
import io.heed.cli.terminal.WrappedText;
import io.heed.inspect.evidence.ScoreAttribution;
import io.heed.inspect.evidence.ScoreAttribution.Part;
import io.heed.inspect.evidence.ScoreAttribution.Term;
import io.heed.model.Trace;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Prints why a head looks there: the largest terms of a score, and what each side owes to whom. */
public final class ScorePrinter {

    private static final int TERMS = 6;
    private static final int PARTS = 5;
    private static final String BETWEEN = "   ";

    private final PrintWriter out;
    private final int room;

    public ScorePrinter(PrintWriter out) {
        this.out = out;
        room = Terminal.room();
    }

    /** Prints each score. */
    public void print(List<ScoreAttribution> scores) {
        for (int i = 0; i < scores.size(); i++) {
            if (i > 0) {
                out.println();
            }
            print(scores.get(i));
        }
    }

    private void print(ScoreAttribution found) {
        ScoreAttribution.Cell cell = found.cell();
        lines(List.of(
                AnswerPrinter.name(cell.layer(), cell.head(), found.keyHead()) + of(cell.attention()),
                "%s(%d)→%s(%d)"
                        .formatted(found.queryToken(), cell.query(), Terminal.bold(found.keyToken()), cell.key()),
                "weight " + AnswerPrinter.weight(found.weight()),
                "score " + Rounded.of(2, found.score())));
        List<Term> terms =
                found.largest().subList(0, Math.min(TERMS, found.largest().size()));
        WrappedText.of("  " + terms.get(0).sentence(), "    ", room).forEach(out::println);
        TerminalTable table =
                new TerminalTable("  ", "<the query, written by", "<the key, written by", ">term").important(2, 0, 1);
        double rest = found.score();
        for (Term term : terms) {
            table.row(term.query(), term.key(), Rounded.signed(2, term.value()));
            rest -= term.value();
        }
        int others = found.queryParts().size() * found.keyParts().size() - terms.size();
        table.row(others + " other terms", "", Rounded.signed(2, rest));
        table.print(out, room);
        sums("by what wrote the query", found.queryParts());
        sums("by what wrote the key", found.keyParts());
    }

    private static String of(Trace.Part attention) {
        return switch (attention) {
            case DECODER -> "";
            case ENCODER -> " of the encoder";
            case CROSS -> " of the cross-attention";
        };
    }

    private void sums(String start, List<Part> parts) {
        List<String> pieces = new ArrayList<>(List.of("  " + Terminal.faint(start)));
        parts.stream()
                .sorted(Comparator.comparingDouble(part -> -Math.abs(part.sum())))
                .limit(PARTS)
                .forEach(part -> pieces.add(part.shortName() + " " + Rounded.signed(2, part.sum())));
        lines(pieces);
    }

    private void lines(List<String> pieces) {
        WrappedText.of(pieces, BETWEEN, "    ", room).forEach(out::println);
    }
}
