package io.heed.cli.terminal;

import java.util.ArrayList;
import java.util.List;
import org.jline.utils.WCWidth;

/**
 * The progress of long work, on one line that fits the terminal.
 *
 * @param task the work, in a few words
 * @param from the amount done before
 * @param all the total amount
 * @param unit the unit shown after numbers, such as {@code " MB"}
 * @param size the amount in one such unit
 */
public record BarLine(String task, long from, long all, String unit, long size) {

    private static final int LEAST = 6;
    private static final int MOST = 24;

    /**
     * Returns the line with a bar.
     *
     * @param done the amount done
     * @param seconds the time since the start
     * @param said further parts, the most important first; those without room are left out
     * @param columns the width of the terminal, whose last column stays empty, since many terminals wrap there
     */
    String drawn(long done, double seconds, List<String> said, int columns) {
        int room = Math.max(1, columns - 1);
        String head = "%s %3d%%".formatted(task, Math.round(100 * share(done)));
        List<String> parts = new ArrayList<>(List.of(counted(done)));
        parts.addAll(left(done, seconds));
        parts.addAll(said);
        String tail = fit(parts, ", ", room - width(head) - LEAST - 2);
        int bar = Math.min(MOST, room - width(head) - width(tail) - 2);
        String line = bar < LEAST ? head : head + " " + Terminal.bar(share(done), bar) + " " + tail;
        return cut(line, room).stripTrailing();
    }

    /** Returns the line for a log: without a bar, with all parts. */
    String told(long done, double seconds, List<String> said) {
        List<String> parts = new ArrayList<>(List.of(counted(done)));
        parts.addAll(left(done, seconds));
        parts.addAll(said);
        return task + ": " + String.join(", ", parts);
    }

    private double share(long done) {
        return all <= 0 ? 1 : Math.max(0, Math.min(1, (double) done / all));
    }

    private String counted(long done) {
        return "%,d/%,d%s".formatted(Math.min(done, all) / size, all / size, unit);
    }

    private List<String> left(long done, double seconds) {
        if (done <= from || done >= all) {
            return List.of();
        }
        long left = Math.round(seconds * (all - done) / (done - from));
        return List.of(
                left >= 3600
                        ? "%d:%02d:%02d left".formatted(left / 3600, left / 60 % 60, left % 60)
                        : "%d:%02d left".formatted(left / 60, left % 60));
    }

    /** Joins as many of the first parts as fit. */
    public static String fit(List<String> parts, String between, int columns) {
        String line = "";
        for (String part : parts) {
            String longer = line.isEmpty() ? part : line + between + part;
            if (width(longer) > columns) {
                return line;
            }
            line = longer;
        }
        return line;
    }

    /** Truncates a line that is too wide. */
    private static String cut(String line, int columns) {
        int end = 0;
        int width = 0;
        while (end < line.length()) {
            int character = line.codePointAt(end);
            width += Math.max(0, WCWidth.wcwidth(character));
            if (width > columns) {
                return line.substring(0, end);
            }
            end += Character.charCount(character);
        }
        return line;
    }

    /** Returns the number of columns that a text takes in a terminal. */
    public static int width(String text) {
        return text.codePoints().map(c -> Math.max(0, WCWidth.wcwidth(c))).sum();
    }
}
