package io.heed.cli.terminal;

import java.util.ArrayList;
import java.util.List;
import org.jline.utils.WCWidth;

/**
 * How far long work is, on one line that fits the terminal.
 *
 * @param task what is done, in a few words
 * @param from how much was done before
 * @param all how much there is to do
 * @param unit what is shown behind numbers, such as {@code " MB"}
 * @param size how much such a unit is
 */
public record BarLine(String task, long from, long all, String unit, long size) {

    private static final int LEAST = 6;
    private static final int MOST = 24;

    /**
     * Returns the line with a bar.
     *
     * @param done how much is done
     * @param seconds the time since the work began
     * @param said what else is known, the most important first; what has no room is left out
     * @param columns the width of the terminal, whose last column stays empty, since many terminals go on to the next line there
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

    /** Returns the same for where nobody watches: no bar, and all that is known. */
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

    /** Joins parts, the first ones, as many as have room. */
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

    /** Cuts what is too wide. */
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

    /** The number of columns that a text takes on a terminal. */
    public static int width(String text) {
        return text.codePoints().map(c -> Math.max(0, WCWidth.wcwidth(c))).sum();
    }
}
