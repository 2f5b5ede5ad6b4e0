package io.heed.cli.terminal;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A table whose columns are as wide as their contents. If they do not all fit, the least important are left out. The last cell of a row
 * with fewer cells spans the missing columns.
 */
public final class TerminalTable {

    private static final String GAP = "  ";

    private final String indent;
    private final String alignments;
    private final List<String> names;
    private final List<List<String>> rows = new ArrayList<>();
    private List<Integer> important;
    private boolean told = true; // whether a note names the columns left out

    /**
     * Starts a table.
     *
     * @param indent the start of each line
     * @param columns their names, each after its alignment: {@code <} for words, {@code >} for numbers, {@code ~} for what moves below its
     *     row, after its name, if it does not fit; a table whose names are all empty has no header
     */
    public TerminalTable(String indent, String... columns) {
        this.indent = indent;
        alignments = Stream.of(columns).map(column -> column.substring(0, 1)).reduce("", String::concat);
        names = Stream.of(columns).map(column -> column.substring(1)).toList();
        important = IntStream.range(0, columns.length)
                .filter(i -> !below(i))
                .boxed()
                .toList();
    }

    /** Sets the columns by importance, the most important first; by default the leftmost are, and a note names those left out. */
    public TerminalTable important(Integer... columns) {
        important = List.of(columns);
        told = false;
        return this;
    }

    /** Adds a row. */
    public void row(Object... cells) {
        rows.add(Stream.of(cells).map(String::valueOf).toList());
    }

    /** Prints as much of it as fits the terminal. */
    public void print(PrintWriter out) {
        print(out, Terminal.room());
    }

    /**
     * Prints it.
     *
     * @param room the columns that a line may take
     */
    public void print(PrintWriter out, int room) {
        int[] widths = IntStream.range(0, names.size())
                .map(i -> Stream.concat(Stream.of(names), rows.stream())
                        .filter(row -> i < row.size() - 1 || row.size() == names.size())
                        .mapToInt(row -> WrappedText.width(row.get(i)))
                        .max()
                        .orElse(0))
                .toArray();
        List<Integer> shown = shown(widths, room - indent.length());
        if (names.stream().anyMatch(name -> !name.isEmpty())) {
            out.println(Terminal.faint(line(names, shown, widths)));
        }
        for (List<String> row : rows) {
            out.println(line(row, shown, widths));
            for (int i = 0; i < row.size(); i++) {
                if (below(i) && !shown.contains(i)) {
                    wrapped((names.get(i) + " " + row.get(i)).strip(), room).forEach(out::println);
                }
            }
        }
        List<String> left = IntStream.range(0, names.size())
                .filter(i ->
                        told && !shown.contains(i) && !below(i) && !names.get(i).isEmpty())
                .mapToObj(names::get)
                .toList();
        if (!left.isEmpty()) {
            String note = "no room for %s; a wider terminal or a pipe shows all".formatted(String.join(", ", left));
            wrapped(note, room).forEach(line -> out.println(Terminal.faint(line)));
        }
    }

    private boolean below(int column) {
        return alignments.charAt(column) == '~';
    }

    /** All columns in order, or, if they do not fit, as many of the most important as do. */
    private List<Integer> shown(int[] widths, int room) {
        if (Arrays.stream(widths).sum() + (long) GAP.length() * (widths.length - 1) <= room) {
            return IntStream.range(0, widths.length).boxed().toList();
        }
        TreeSet<Integer> shown = new TreeSet<>();
        int taken = -GAP.length();
        for (int column : important) {
            int more = GAP.length() + widths[column];
            if (shown.isEmpty() || taken + more <= room) {
                shown.add(column);
                taken += more;
            }
        }
        return List.copyOf(shown);
    }

    private String line(List<String> row, List<Integer> shown, int[] widths) {
        StringBuilder line = new StringBuilder(indent);
        for (int i : shown) {
            if (i < row.size()) {
                String gap = " ".repeat(Math.max(0, widths[i] - WrappedText.width(row.get(i))));
                boolean right = alignments.charAt(i) == '>' && row.size() == names.size();
                line.append(right ? gap + row.get(i) : row.get(i) + gap).append(GAP);
            }
        }
        return line.toString().stripTrailing();
    }

    private static List<String> wrapped(String text, int room) {
        return text.isEmpty() ? List.of() : WrappedText.of("    " + text, "    ", room);
    }
}
