package io.heed.inspect.pictures;

import io.heed.inspect.TokenMaps;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jline.utils.WCWidth;
import org.jspecify.annotations.Nullable;

/**
 * One head's weights as lines for a terminal: rows are queries, columns are keys, numbered from 0 with the digits one below another.
 * Keys that a query may not see are blank. A cell is two columns wide, or one if two do not fit; if one does not fit either, the keys
 * continue below, in further blocks.
 */
public final class TerminalMap {

    /** From no weight to all of it, in a pipe or a file. */
    private static final String SHADES = " .:-=+*#%@";

    /** The same on a terminal: heights, since shades of a colour would glare on a dark background or be lost on a light one. */
    private static final String BARS = " ▁▂▃▄▅▆▇█";

    private static final int LONGEST_TOKEN = 16;
    private static final int NARROWEST = 24;

    private final @Nullable UnaryOperator<String> ink;
    private final Style style;
    private final float[][] weights;
    private final String unit;
    private final List<String> labels;
    private final StringBuilder out = new StringBuilder();

    private TerminalMap(
            float[][] weights, String unit, List<String> labels, @Nullable UnaryOperator<String> ink, Style style) {
        this.weights = weights;
        this.unit = unit;
        this.labels = labels;
        this.ink = ink;
        this.style = style;
    }

    /**
     * Returns the map of a head; each line ends with a line feed.
     *
     * @param layer the layer, from 0
     * @param head the head, from 0
     * @param columns the terminal's width in columns; 24 if it has fewer
     * @param ink colours text for the terminal, whose bars show the weights by their height; null where there is none, for characters
     * @param style whose vmax is the weight of the highest bar
     */
    public static String of(
            TokenMaps maps, int layer, int head, int columns, @Nullable UnaryOperator<String> ink, Style style) {
        int width = Math.max(NARROWEST, columns);
        List<String> tokens = maps.encoded().shown();
        int digits = Integer.toString(tokens.size() - 1).length();
        int room = Math.min(LONGEST_TOKEN, width / 3 - digits - 1);
        List<String> shown = tokens.stream().map(token -> cut(token, room)).toList();
        int widest = shown.stream().mapToInt(TerminalMap::width).max().orElse(0);
        List<String> labels = IntStream.range(0, shown.size())
                .mapToObj(i -> ("%" + digits + "d ").formatted(i) + padded(shown.get(i), widest) + " ")
                .toList();
        return new TerminalMap(maps.map(layer, head), maps.unit(), labels, ink, style).draw(width);
    }

    private String draw(int width) {
        int label = width(labels.get(0));
        int room = width - label;
        int length = weights.length;
        int cell = 2 * length <= room ? 2 : 1;
        int block = Math.min(length, room / cell);
        for (int from = 0; from < length; from += block) {
            int to = Math.min(length, from + block);
            numbers(from, to, label, cell);
            for (int query = from; query < length; query++) {
                out.append(labels.get(query));
                cells(query, from, Math.min(to, query + 1), cell);
                endLine();
            }
        }
        legend();
        return out.toString();
    }

    /** The keys' numbers: units below one another, higher digits where they change. */
    private void numbers(int from, int to, int indent, int cell) {
        int highest = 1;
        while (highest * 10 < to) {
            highest *= 10;
        }
        for (int place = highest; place > 0; place /= 10) {
            out.append(" ".repeat(indent));
            for (int key = from; key < to; key++) {
                boolean shown = place == 1 || (key >= place && (key == from || key % place == 0));
                out.append(shown ? (char) ('0' + key / place % 10) : ' ').append(" ".repeat(cell - 1));
            }
            endLine();
        }
    }

    private void cells(int query, int from, int to, int cell) {
        StringBuilder cells = new StringBuilder();
        for (int key = from; key < to; key++) {
            cells.append(
                    String.valueOf(shade(weights[query][key] / style.vmax())).repeat(cell));
        }
        out.append(inked(cells.toString().stripTrailing()));
    }

    private String inked(String cells) {
        return ink == null || cells.isEmpty() ? cells : ink.apply(cells);
    }

    private char shade(double share) {
        String shades = shades();
        return shades.charAt((int) Math.round(Math.min(1, share) * (shades.length() - 1)));
    }

    private String shades() {
        return ink == null ? SHADES : BARS;
    }

    private void legend() {
        out.append(unit)
                .append(" 0 ")
                .append(inked(shades()))
                .append(' ')
                .append(ColourBar.largest(style))
                .append('\n');
    }

    /** Ends a line, without blanks at its end. */
    private void endLine() {
        int end = out.length();
        while (end > 0 && out.charAt(end - 1) == ' ') {
            end--;
        }
        out.setLength(end);
        out.append('\n');
    }

    /** The columns that a text takes: two for a wide East Asian character, none for a combining mark. */
    private static int width(String text) {
        return text.codePoints().map(TerminalMap::width).sum();
    }

    private static int width(int codePoint) {
        return Math.max(0, WCWidth.wcwidth(codePoint));
    }

    private static String cut(String text, int room) {
        if (width(text) <= room) {
            return text;
        }
        StringBuilder kept = new StringBuilder();
        int used = 1; // the dots
        for (int codePoint : text.codePoints().toArray()) {
            used += width(codePoint);
            if (used > room) {
                break;
            }
            kept.appendCodePoint(codePoint);
        }
        return kept.append('…').toString();
    }

    private static String padded(String text, int room) {
        return text + " ".repeat(room - width(text));
    }
}
