package io.heed.cli.terminal;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Rows below each other, each column as wide as what stands in it. Where not all columns have room, the least important are left out. The
 * last cell of a row that has fewer cells reaches over the columns that it lacks.
 */
public final class TerminalTable {

    private static final String GAP = "  ";

    private final String indent;
    private final String alignments;
    private final List<String> names;
    private final List<List<String>> rows = new ArrayList<>();
    private List<Integer> important;
    private boolean told = true; // whether it says what is left out

    /**
     * Begins a table.
     *
     * @param indent what each line begins with
     * @param columns their names, behind how they are set: {@code <} for words, {@code >} for numbers, and {@code ~} for what stands below
     *     its row where it has no room; a table whose names are all empty has no line of names
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

    /** Says which columns are left out last, the most important first; without it, those on the left are, and a line says so. */
    public TerminalTable important(Integer... columns) {
        important = List.of(columns);
        told = false;
        return this;
    }

    /** Adds a row. */
    public void row(Object... cells) {
        rows.add(Stream.of(cells).map(String::valueOf).toList());
    }

    /** Prints as much of it as has room on the terminal. */
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
                        .mapToInt(row -> width(row.get(i)))
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
                    wrapped(row.get(i), room).forEach(out::println);
                }
            }
        }
        List<String> left = IntStream.range(0, names.size())
                .filter(i ->
                        told && !shown.contains(i) && !below(i) && !names.get(i).isEmpty())
                .mapToObj(names::get)
                .toList();
        if (!left.isEmpty()) {
            String note = "no room for %s; a wider terminal or a pipe has all".formatted(String.join(", ", left));
            wrapped(note, room).forEach(line -> out.println(Terminal.faint(line)));
        }
    }

    private boolean below(int column) {
        return alignments.charAt(column) == '~';
    }

    /** All columns in their order, or, where they have no room, those that have, the most important first. */
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
                String gap = " ".repeat(Math.max(0, widths[i] - width(row.get(i))));
                boolean right = alignments.charAt(i) == '>' && row.size() == names.size();
                line.append(right ? gap + row.get(i) : row.get(i) + gap).append(GAP);
            }
        }
        return line.toString().stripTrailing();
    }

    /** The columns that a text takes, its colours not counted. */
    private static int width(String text) {
        return BarLine.width(text.replaceAll("\u001b\\[[0-9;]*m", ""));
    }

    /** Words in lines that are indented. */
    private static List<String> wrapped(String text, int room) {
        List<String> lines = new ArrayList<>();
        String line = "";
        for (String word : text.isEmpty() ? new String[0] : text.split(" ")) {
            String longer = line.isEmpty() ? "    " + word : line + " " + word;
            if (!line.isEmpty() && BarLine.width(longer) > room) {
                lines.add(line);
                longer = "    " + word;
            }
            line = longer;
        }
        if (!line.isEmpty()) {
            lines.add(line);
        }
        return lines;
    }
}
