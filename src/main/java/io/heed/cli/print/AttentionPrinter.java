package io.heed.cli.print;

import io.heed.cli.terminal.Terminal;
import io.heed.cli.terminal.TerminalTable;
import io.heed.inspect.HeadSimilarity;
import io.heed.inspect.Links;
import io.heed.inspect.Recording;
import io.heed.inspect.TokenMaps;
import io.heed.inspect.files.AttentionReport;
import io.heed.inspect.heads.HeadCard;
import io.heed.inspect.heads.HeadMeasure;
import io.heed.inspect.heads.HeadSummary;
import io.heed.inspect.heads.HeadsThen;
import io.heed.inspect.pictures.Style;
import io.heed.inspect.pictures.TerminalMap;
import io.heed.text.Visible;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Prints what {@code heed attention} found out about heads. */
public final class AttentionPrinter {

    private static final int LINKS_PER_HEAD = 3;
    private static final int COLUMNS = 120;

    private final PrintWriter out;

    public AttentionPrinter(PrintWriter out) {
        this.out = out;
    }

    /** Draws a map. */
    public void map(TokenMaps maps, int layer, int head, Style style) {
        out.println(Terminal.bold(maps.title(layer, head)));
        out.print(TerminalMap.of(maps, layer, head, Math.min(COLUMNS, Terminal.room()), colours(), style));
    }

    /** Leaves an empty line between two answers. */
    public void gap(boolean between) {
        if (between) {
            out.println();
        }
    }

    /** Describes what heads do over several texts. */
    public void table(List<HeadSummary> heads) {
        out.println(Terminal.faint("each head over all texts: what it does, and its measures"));
        for (HeadSummary head : heads) {
            out.println(AnswerPrinter.name(head.card()));
            new AnswerPrinter(out).sentences(head.card(), "  ");
        }
        out.println();
        rows(heads);
    }

    /** Prints the measures of every head in one text. */
    public void table(AttentionReport report) {
        rows(report.heads());
    }

    /** Points to further options. */
    public void more() {
        out.println(Terminal.faint("--all-heads describes every head, --table gives their measures"));
    }

    /** A row per head, with its measures. */
    private void rows(List<HeadSummary> heads) {
        List<HeadMeasure> measures = List.copyOf(heads.get(0).card().measures().keySet());
        boolean shared = heads.get(0).card().keyHead() != null;
        TerminalTable table = new TerminalTable(
                "",
                Stream.of(
                                shared
                                        ? Stream.of(">layer", ">head", ">key head", ">places")
                                        : Stream.of(">layer", ">head", ">places"),
                                measures.stream().map(measure -> ">" + measure.shortName()),
                                Stream.of("<most similar"))
                        .flatMap(names -> names)
                        .toArray(String[]::new));
        for (HeadSummary head : heads) {
            List<Object> row =
                    new ArrayList<>(List.of(head.card().layer(), head.card().head()));
            if (shared) {
                row.add(String.valueOf(head.card().keyHead()));
            }
            row.add(String.valueOf(head.places().get(HeadMeasure.ENTROPY)));
            for (HeadMeasure measure : measures) {
                double value = head.card().measures().getOrDefault(measure, Double.NaN);
                row.add(Double.isNaN(value) ? "–" : number("%.2f", value));
            }
            HeadSimilarity.Neighbour like = head.neighbour();
            row.add(
                    like == null
                            ? ""
                            : "layer %d, head %d  ".formatted(like.layer(), like.head())
                                    + number("%.2f", like.similarity()));
            table.row(row.toArray());
        }
        table.print(out);
    }

    private static TerminalMap.Colours colours() {
        if (!Terminal.colours()) {
            return TerminalMap.Colours.PLAIN;
        }
        String depth = String.valueOf(System.getenv("COLORTERM"));
        return depth.equals("truecolor") || depth.equals("24bit")
                ? TerminalMap.Colours.FULL
                : TerminalMap.Colours.PALETTE;
    }

    /** Describes every head and what it reads. */
    public void heads(AttentionReport report) {
        Recording maps = report.recording();
        out.println();
        out.println(Terminal.faint("each head: who reads → who is read, its strongest links, and what it does"));
        for (HeadCard card : report.cards()) {
            String links = Links.strongest(maps, card.layer(), card.head(), LINKS_PER_HEAD).stream()
                    .map(link -> AnswerPrinter.link(maps.encoded(), link))
                    .collect(Collectors.joining("   "));
            out.println(AnswerPrinter.name(card) + "   " + links);
            new AnswerPrinter(out).sentences(card, "    ");
        }
    }

    /** Describes the heads at earlier steps of training, if they were recorded. */
    public void history(List<HeadsThen> history) {
        for (HeadsThen then : history) {
            out.println();
            out.println(Terminal.bold("after %d steps".formatted(then.step())));
            for (HeadCard card : then.cards()) {
                out.println("  " + AnswerPrinter.name(card));
                new AnswerPrinter(out).sentences(card, "    ");
            }
        }
    }

    /** Reports which files were written. */
    public void files(List<Path> files) {
        if (!files.isEmpty()) {
            out.printf(
                    "wrote %d files, %s first%n",
                    files.size(), Visible.text(files.get(0).toString()));
        }
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
