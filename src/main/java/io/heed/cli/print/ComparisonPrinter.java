package io.heed.cli.print;

import io.heed.cli.terminal.Terminal;
import io.heed.cli.terminal.TerminalTable;
import io.heed.cli.terminal.WrappedText;
import io.heed.inspect.Recording;
import io.heed.inspect.evidence.ActivationPatching;
import io.heed.inspect.evidence.ActivationPatching.Carrier;
import io.heed.inspect.evidence.ActivationPatching.Difference;
import io.heed.inspect.files.AttentionReport;
import io.heed.text.tokenizer.Encoded;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Prints two texts one below the other, what each predicts, where they part, and which heads carry the difference to the end. */
final class ComparisonPrinter {

    private static final int HEADS = 5;

    /** The most blocks of words; of more, those without a difference are left out. */
    private static final int BLOCKS = 3;

    private static final int IN_A_PIPE = 100;
    private static final String INDENT = "   ";

    /** The smallest share of the way with which something carries a difference. */
    private static final double CARRIES = 0.05;

    private final PrintWriter out;
    private final int room;

    ComparisonPrinter(PrintWriter out, int room) {
        this.out = out;
        this.room = room;
    }

    /**
     * Prints a comparison.
     *
     * @param layers whether to print where the difference lies before each layer, too
     */
    void print(AttentionReport report, boolean layers) {
        ActivationPatching patching = Objects.requireNonNull(report.patching());
        words(patching, report.recording().startsWithMark());
        for (int text = 0; text < 2; text++) {
            List<String> guesses = AnswerPrinter.guesses(
                    "next after %d: ".formatted(text + 1), report.answers().get(text));
            WrappedText.of(guesses, INDENT, "              ", room).forEach(out::println);
        }
        out.println();
        parting(report, patching);
        if (layers) {
            out.println();
            layers(report, patching);
        }
    }

    /** Prints the texts in columns, as many to a block as fit; a mark that both start with is left out. */
    private void words(ActivationPatching patching, boolean startsWithMark) {
        List<Column> columns = patching.aligned().stream()
                .skip(startsWithMark ? 1 : 0)
                .map(pair -> new Column(
                        shown(patching.clean(), pair.first()),
                        shown(patching.corrupted(), pair.second()),
                        patching.differs(pair)))
                .toList();
        List<List<Column>> blocks = new ArrayList<>();
        int taken = Integer.MAX_VALUE / 2;
        for (Column column : columns) {
            taken += column.width() + 1;
            if (taken > Math.min(IN_A_PIPE, room) - INDENT.length() - 1) { // and the dots
                blocks.add(new ArrayList<>());
                taken = column.width() + 1;
            }
            blocks.get(blocks.size() - 1).add(column);
        }
        for (List<Column> block : blocks) {
            if (blocks.size() <= BLOCKS || block.stream().anyMatch(Column::differs)) {
                String end = block == blocks.get(blocks.size() - 1) ? Terminal.faint(" …") : "";
                out.println("1  " + row(block, Column::first) + end);
                out.println("2  " + row(block, Column::second) + end);
            }
        }
    }

    /**
     * Words that stand for each other.
     *
     * @param first of the first text, empty if it has none
     * @param second of the second one
     */
    private record Column(String first, String second, boolean differs) {

        int width() {
            return Math.max(WrappedText.width(first), WrappedText.width(second));
        }
    }

    private static String shown(Encoded text, @Nullable Integer position) {
        return position == null ? "" : text.shown().get(position);
    }

    private static String row(List<Column> block, Function<Column, String> text) {
        StringBuilder row = new StringBuilder();
        int room = 0;
        for (Column column : block) {
            String word = text.apply(column);
            row.append(" ".repeat(room)).append(column.differs ? Terminal.bold(word) : Terminal.faint(word));
            room = column.width() + 1 - WrappedText.width(word);
        }
        return row.toString();
    }

    /** Prints in which word the texts differ and which heads carry the difference. */
    private void parting(AttentionReport report, ActivationPatching patching) {
        String words = patching.differing().stream()
                .map(difference -> parting(patching, difference))
                .collect(Collectors.joining(", "));
        List<Carrier> carriers = patching.carriers().stream()
                .filter(each -> each.share() >= CARRIES)
                .limit(HEADS)
                .toList();
        String by = carriers.isEmpty()
                ? "no single head carries the difference"
                : "%s carries %s of the difference"
                        .formatted(
                                AnswerPrinter.name(
                                        carriers.get(0).layer(), carriers.get(0).head()),
                                AnswerPrinter.weight(carriers.get(0).share()));
        WrappedText.of("the texts part at %s; %s".formatted(words, by), "  ", room)
                .forEach(out::println);
        if (!carriers.isEmpty()) {
            carriers(report, carriers);
        }
    }

    private static String parting(ActivationPatching patching, Difference difference) {
        String first = words(patching.clean(), difference.first());
        String second = words(patching.corrupted(), difference.second());
        if (difference.second().isEmpty()) {
            return "%s %s, only in text 1".formatted(first, places(difference.first()));
        }
        if (difference.first().isEmpty()) {
            return "%s %s, only in text 2".formatted(second, places(difference.second()));
        }
        return difference.first().equals(difference.second())
                ? "%s | %s %s".formatted(first, second, places(difference.first()))
                : "%s %s | %s %s".formatted(first, places(difference.first()), second, places(difference.second()));
    }

    private static String words(Encoded text, List<Integer> positions) {
        return Terminal.bold(positions.stream().map(text.shown()::get).collect(Collectors.joining(" ")));
    }

    private static String places(List<Integer> positions) {
        int last = positions.get(positions.size() - 1);
        return positions.size() == 1 ? "(%d)".formatted(last) : "(%d–%d)".formatted(positions.get(0), last);
    }

    private void carriers(AttentionReport report, List<Carrier> carriers) {
        TerminalTable table = new TerminalTable("", "<head", ">carries", "~it reads");
        for (Carrier each : carriers) {
            table.row(
                    AnswerPrinter.name(each.layer(), each.head()),
                    AnswerPrinter.weight(each.share()),
                    reading(report.recording(), each) + " | " + reading(report.comparedWith(), each));
        }
        table.print(out, room);
    }

    private static String reading(Recording text, Carrier head) {
        var link = AnswerPrinter.reading(text, head.layer(), head.head());
        return AnswerPrinter.arrow(text.encoded(), link) + " " + AnswerPrinter.weight(link.weight());
    }

    /** Prints which words hold the difference before each layer, once for layers that follow one another and agree in that. */
    private void layers(AttentionReport report, ActivationPatching patching) {
        String next =
                "to " + Terminal.bold(report.answers().get(0).next().get(0).shown());
        WrappedText.of(
                        "with the words of the first text patched into the second, the prediction goes this share of the way "
                                + next,
                        "  ",
                        room)
                .forEach(out::println);
        TerminalTable table = new TerminalTable("  ", "<", "~");
        int from = 0;
        for (int layer = 0; layer < patching.recovered().length; layer++) {
            boolean last = layer + 1 == patching.recovered().length;
            if (last || !holding(patching, layer).equals(holding(patching, layer + 1))) {
                table.row(
                        "before " + (from == layer ? "layer " + layer : "layers %d–%d".formatted(from, layer)),
                        shares(patching, layer));
                from = layer + 1;
            }
        }
        table.print(out, room);
    }

    private static List<Integer> holding(ActivationPatching patching, int layer) {
        return IntStream.range(0, patching.aligned().size())
                .filter(pair -> Math.abs(patching.recovered()[layer][pair]) >= CARRIES)
                .boxed()
                .toList();
    }

    private static String shares(ActivationPatching patching, int layer) {
        List<Integer> holding = holding(patching, layer);
        if (holding.isEmpty()) {
            return "no word";
        }
        return holding.stream()
                .map(pair -> patching.clean()
                                .named(Objects.requireNonNull(
                                        patching.aligned().get(pair).first()))
                        + " " + AnswerPrinter.weight(patching.recovered()[layer][pair]))
                .collect(Collectors.joining(INDENT));
    }
}
