package io.heed.cli.print;

import io.heed.cli.terminal.Terminal;
import io.heed.cli.terminal.TerminalTable;
import io.heed.cli.terminal.WrappedText;
import io.heed.inspect.HeadSimilarity;
import io.heed.inspect.Links;
import io.heed.inspect.Recording;
import io.heed.inspect.TokenMaps;
import io.heed.inspect.evidence.HeadEffects;
import io.heed.inspect.files.AttentionReport;
import io.heed.inspect.heads.HeadCard;
import io.heed.inspect.heads.HeadMeasure;
import io.heed.inspect.heads.HeadSummary;
import io.heed.inspect.heads.HeadsThen;
import io.heed.inspect.pictures.Style;
import io.heed.inspect.pictures.TerminalMap;
import io.heed.text.Plural;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Prints what {@code heed attention} found out about heads: no more lines than a screen holds, unless all heads are asked for. */
public final class AttentionPrinter {

    private static final int LINKS_PER_HEAD = 3;
    private static final int COLUMNS = 120;
    private static final int HEADS = 24;

    private final PrintWriter out;
    private final int room;
    private final int most;

    public AttentionPrinter(PrintWriter out) {
        this(out, false);
    }

    /**
     * Prints.
     *
     * @param allHeads whether to print all heads, however many
     */
    public AttentionPrinter(PrintWriter out, boolean allHeads) {
        this(out, allHeads, Terminal.room());
    }

    /**
     * Prints to a terminal.
     *
     * @param room the columns that a line may take
     */
    AttentionPrinter(PrintWriter out, boolean allHeads, int room) {
        this.out = out;
        this.room = room;
        most = allHeads ? Integer.MAX_VALUE : HEADS;
    }

    /** Draws a map. */
    public void map(TokenMaps maps, int layer, int head) {
        out.println(Terminal.bold(maps.title(layer, head)));
        UnaryOperator<String> ink = Terminal.colours() ? Terminal::blue : null;
        int columns = room == Integer.MAX_VALUE ? COLUMNS : room;
        out.print(TerminalMap.of(maps, layer, head, columns, ink, Style.STANDARD));
    }

    /** Leaves an empty line between two answers. */
    public void gap(boolean between) {
        if (between) {
            out.println();
        }
    }

    /** Describes what heads do over several texts. */
    public void table(List<HeadSummary> heads) {
        List<HeadSummary> shown = first(heads, byEntropy());
        out.println(Terminal.faint("each head over all texts: what it does, and its measures"));
        for (HeadSummary head : shown) {
            out.println(AnswerPrinter.name(head.card()));
            new AnswerPrinter(out, room).sentences(head.card(), "  ");
        }
        out.println();
        rows(shown);
        others(heads.size() - shown.size(), "has a higher entropy", "have a higher entropy");
    }

    /** Prints the measures of the heads in one text. */
    public void table(AttentionReport report) {
        HeadEffects effects = report.effects();
        List<HeadSummary> heads = report.heads();
        List<HeadSummary> shown = first(heads, effects == null ? byEntropy() : byEffect(effects, heads));
        rows(shown);
        others(
                heads.size() - shown.size(),
                effects == null ? "has a higher entropy" : "matters less to the prediction",
                effects == null ? "have a higher entropy" : "matter less to the prediction");
    }

    private static Comparator<HeadSummary> byEntropy() {
        return Comparator.comparingDouble(head -> head.card().measures().getOrDefault(HeadMeasure.ENTROPY, Double.NaN));
    }

    private static Comparator<HeadSummary> byEffect(HeadEffects effects, List<HeadSummary> heads) {
        double whole = Math.log(effects.next().get(0).probability());
        return Comparator.comparingDouble(
                head -> -Math.abs(effects.heads().get(heads.indexOf(head)).logProbability() - whole));
    }

    /** As many of the first as a screen holds, in their own order. */
    private List<HeadSummary> first(List<HeadSummary> heads, Comparator<HeadSummary> order) {
        if (heads.size() <= most) {
            return heads;
        }
        List<HeadSummary> chosen = heads.stream().sorted(order).limit(most).toList();
        return heads.stream().filter(chosen::contains).toList();
    }

    private void others(int count, String one, String several) {
        if (count > 0) {
            lines(
                    Terminal.faint(
                            count == 1
                                    ? "another head %s; --all-heads prints it too".formatted(one)
                                    : "%d other heads %s; --all-heads prints them too".formatted(count, several)),
                    "  ");
        }
    }

    /** Points to further options. */
    public void more() {
        lines(Terminal.faint("more with --evidence, on every head with --all-heads, in figures with --table"), "  ");
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
                row.add(Double.isNaN(value) ? "–" : Rounded.of(2, value));
            }
            HeadSimilarity.Neighbour like = head.neighbour();
            row.add(
                    like == null
                            ? ""
                            : "layer %d, head %d  ".formatted(like.layer(), like.head())
                                    + Rounded.of(2, like.similarity()));
            table.row(row.toArray());
        }
        table.print(out, room);
    }

    /** Describes every head and what it reads. */
    public void heads(AttentionReport report) {
        heads(report, "each head", report.cards());
    }

    /** Describes the heads of a circuit, and what they read. */
    public void circuit(AttentionReport report) {
        List<HeadCard> part =
                report.cards().stream().filter(HeadCard::inCircuit).toList();
        heads(report, "each head of the circuit", part.subList(0, Math.min(most, part.size())));
        others(part.size() - most, "is in the circuit", "are in the circuit");
    }

    private void heads(AttentionReport report, String which, List<HeadCard> cards) {
        Recording maps = report.recording();
        out.println();
        lines(Terminal.faint(which + ": who reads → who is read, its strongest links, and what it does"), "  ");
        for (HeadCard card : cards) {
            List<String> line = new ArrayList<>(List.of(AnswerPrinter.name(card)));
            Links.strongest(maps, card.layer(), card.head(), LINKS_PER_HEAD)
                    .forEach(link -> line.add(
                            AnswerPrinter.arrow(maps.encoded(), link) + " " + AnswerPrinter.weight(link.weight())));
            WrappedText.of(line, "   ", "    ", room).forEach(out::println);
            new AnswerPrinter(out, room).sentences(card, "    ");
        }
    }

    /** Describes the heads at earlier steps of training, if they were recorded, and after the first step only what has changed. */
    public void history(List<HeadsThen> history) {
        List<String> before = List.of();
        for (HeadsThen then : history) {
            List<String> now =
                    then.cards().stream().map(AttentionPrinter::pattern).toList();
            List<HeadCard> changed = new ArrayList<>();
            for (int i = 0; i < now.size(); i++) {
                if (before.isEmpty() || most > HEADS || !now.get(i).equals(before.get(i))) {
                    changed.add(then.cards().get(i));
                }
            }
            before = now;
            String none = changed.isEmpty() ? ": all heads do what they did before" : "";
            out.println();
            out.println(Terminal.bold("after " + Plural.plain(then.step(), "step")) + none);
            for (HeadCard card : changed.subList(0, Math.min(most, changed.size()))) {
                out.println("  " + AnswerPrinter.name(card));
                new AnswerPrinter(out, room).sentences(card, "    ");
            }
            others(changed.size() - most, "changed, too", "changed, too");
        }
    }

    /** What a head does, without the figures. */
    private static String pattern(HeadCard card) {
        return card.sentence().replaceFirst(":.*", "") + card.elsewhere().replaceFirst(":.*", "");
    }

    private void lines(String text, String indent) {
        WrappedText.of(text, indent, room).forEach(out::println);
    }
}
