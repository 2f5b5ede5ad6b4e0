package io.heed.cli.print;

import io.heed.cli.terminal.Terminal;
import io.heed.cli.terminal.TerminalTable;
import io.heed.cli.terminal.WrappedText;
import io.heed.inspect.Recording;
import io.heed.inspect.evidence.ActivationPatching;
import io.heed.inspect.evidence.ActivationPatching.Carrier;
import io.heed.inspect.files.AttentionReport;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
        words(patching, report.recording().startsWithMark() ? 1 : 0);
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

    /** Prints the texts in columns, as many to a block as fit. */
    private void words(ActivationPatching patching, int first) {
        List<String> clean = patching.clean().shown();
        List<String> corrupted = patching.corrupted().shown();
        ToIntFunction<Integer> width =
                i -> Math.max(WrappedText.width(clean.get(i)), WrappedText.width(corrupted.get(i))) + 1;
        List<List<Integer>> blocks = new ArrayList<>();
        int taken = Integer.MAX_VALUE / 2;
        for (int i = first; i < clean.size(); i++) {
            taken += width.applyAsInt(i);
            if (taken > Math.min(IN_A_PIPE, room) - INDENT.length() - 1) { // and the dots
                blocks.add(new ArrayList<>());
                taken = width.applyAsInt(i);
            }
            blocks.get(blocks.size() - 1).add(i);
        }
        for (List<Integer> block : blocks) {
            if (blocks.size() <= BLOCKS || block.stream().anyMatch(patching.differing()::contains)) {
                String end = block.contains(clean.size() - 1) ? Terminal.faint(" …") : "";
                out.println("1  " + row(clean, patching, block, width) + end);
                out.println("2  " + row(corrupted, patching, block, width) + end);
            }
        }
    }

    private static String row(
            List<String> words, ActivationPatching patching, List<Integer> block, ToIntFunction<Integer> width) {
        StringBuilder row = new StringBuilder();
        int room = 0;
        for (int i : block) {
            String word = words.get(i);
            row.append(" ".repeat(room))
                    .append(patching.differing().contains(i) ? Terminal.bold(word) : Terminal.faint(word));
            room = width.applyAsInt(i) - WrappedText.width(word);
        }
        return row.toString();
    }

    /** Prints in which word the texts differ and which heads carry the difference. */
    private void parting(AttentionReport report, ActivationPatching patching) {
        String words = patching.differing().stream()
                .map(position -> "%s | %s (%d)"
                        .formatted(
                                Terminal.bold(patching.clean().shown().get(position)),
                                Terminal.bold(patching.corrupted().shown().get(position)),
                                position))
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
        return IntStream.range(0, patching.clean().length())
                .filter(position -> Math.abs(patching.recovered()[layer][position]) >= CARRIES)
                .boxed()
                .toList();
    }

    private static String shares(ActivationPatching patching, int layer) {
        return holding(patching, layer).stream()
                .map(position -> patching.clean().named(position) + " "
                        + AnswerPrinter.weight(patching.recovered()[layer][position]))
                .collect(Collectors.joining(INDENT));
    }
}
