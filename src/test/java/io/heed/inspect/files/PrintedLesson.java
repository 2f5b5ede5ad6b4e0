package io.heed.inspect.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** A lesson as its Markdown says it: nothing but what is printed. */
final class PrintedLesson {

    private static final Pattern NUMBER = Pattern.compile("[-−]?(\\d+(\\.\\d+)?|∞)");

    private static final Pattern ESCAPED = Pattern.compile("\\\\(.)");
    private static final Pattern BAR = Pattern.compile("(?<!\\\\)\\|");

    private final List<String> lines;

    private PrintedLesson(List<String> lines) {
        this.lines = lines;
    }

    static PrintedLesson of(String markdown) {
        return new PrintedLesson(markdown.lines().toList());
    }

    /** A table: texts under headings. */
    record Table(List<String> headings, List<List<String>> rows) {

        /** The numbers of a column, from the top down to the first row without. */
        double[] column(String heading) {
            int index = headings.indexOf(heading);
            assertThat(index).as(heading + " in " + headings).isNotNegative();
            return rows.stream()
                    .map(row -> row.get(index))
                    .takeWhile(text -> NUMBER.matcher(text).matches())
                    .mapToDouble(PrintedLesson::number)
                    .toArray();
        }

        /** The numbers of a row, by the row's name. */
        double[] row(String name) {
            return rows.stream()
                    .filter(row -> row.get(0).equals(name))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no row " + name))
                    .stream()
                    .skip(1)
                    .filter(text -> !text.isEmpty())
                    .mapToDouble(PrintedLesson::number)
                    .toArray();
        }

        /** All numbers but the rows' names and the rows after those that are counted. */
        double[][] numbers(int rowCount) {
            assertThat(rows).as("rows").hasSizeGreaterThanOrEqualTo(rowCount);
            return rows.stream()
                    .limit(rowCount)
                    .map(row -> row.stream()
                            .skip(1)
                            .filter(text -> !text.isEmpty())
                            .mapToDouble(PrintedLesson::number)
                            .toArray())
                    .toArray(double[][]::new);
        }

        /** Numbers that were printed some a row, in one. */
        double[] flat() {
            return Arrays.stream(numbers(rows.size()))
                    .flatMapToDouble(Arrays::stream)
                    .toArray();
        }
    }

    static double number(String text) {
        return text.equals("−∞") ? Double.NEGATIVE_INFINITY : Double.parseDouble(text);
    }

    /** The section whose title ends so. */
    PrintedLesson section(String title) {
        List<String> found = new ArrayList<>();
        boolean inside = false;
        for (String line : lines) {
            if (line.startsWith("## ")) {
                inside = plain(line).endsWith(title);
            } else if (inside) {
                found.add(line);
            }
        }
        assertThat(found).as(title).isNotEmpty();
        return new PrintedLesson(found);
    }

    /** The table whose caption begins so. */
    Table table(String caption) {
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).startsWith("|") ? "" : plain(lines.get(i));
            if (line.startsWith(caption)
                    && line.endsWith(":")
                    && lines.get(i + 2).startsWith("| ")) {
                List<List<String>> rows = lines.subList(i + 2, lines.size()).stream()
                        .takeWhile(row -> row.startsWith("|"))
                        .map(PrintedLesson::cells)
                        .toList();
                return new Table(rows.get(0), rows.subList(2, rows.size()));
            }
        }
        throw new AssertionError("no table " + caption);
    }

    /** The formulas that begin so. */
    List<String> formulas(String start) {
        return lines.stream()
                .filter(line -> line.startsWith("    " + start))
                .map(String::strip)
                .toList();
    }

    /** The number a formula ends in. */
    double result(String start) {
        String formula = formulas(start).get(0);
        return number(formula.substring(formula.lastIndexOf(" = ") + 3));
    }

    private static List<String> cells(String row) {
        String inside = row.substring(2, row.length() - 1).stripTrailing() + " ";
        return Arrays.stream(BAR.split(inside, -1))
                .map(String::strip)
                .map(PrintedLesson::plain)
                .toList();
    }

    private static String plain(String text) {
        return ESCAPED.matcher(text)
                .replaceAll("$1")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&");
    }
}
