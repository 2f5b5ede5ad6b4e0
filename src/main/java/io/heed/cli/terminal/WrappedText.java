package io.heed.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/** Text in lines that fit the terminal. */
public final class WrappedText {

    /** The fewest columns for text beside an indent. */
    private static final int NARROWEST = 8;

    private static final String COLOUR_CODES = "\u001b\\[[0-9;]*m";

    private WrappedText() {}

    /**
     * Breaks a text between words; the blanks that it begins with remain.
     *
     * @param indent the start of the lines after the first
     * @param room the columns that a line may take
     */
    public static List<String> of(String text, String indent, int room) {
        int start = text.length() - text.stripLeading().length();
        List<String> words = new ArrayList<>(List.of(text.substring(start).split(" ", -1)));
        words.set(0, text.substring(0, start) + words.get(0));
        return of(words, " ", indent, room);
    }

    /**
     * Breaks between pieces; a piece that no line holds is broken too.
     *
     * @param between what stands between two pieces on one line
     * @param indent the start of the lines after the first
     * @param room the columns that a line may take
     */
    public static List<String> of(List<String> pieces, String between, String indent, int room) {
        int columns = Math.max(room, width(indent) + NARROWEST);
        List<String> lines = new ArrayList<>();
        String line = "";
        for (String piece : pieces) {
            String longer = line.isEmpty() ? piece : line + between + piece;
            if (!line.isEmpty() && width(longer) > columns) {
                lines.add(line);
                longer = indent + piece;
            }
            while (width(longer) > columns) {
                int end = end(longer, columns);
                lines.add(longer.substring(0, end));
                longer = indent + longer.substring(end);
            }
            line = longer;
        }
        lines.add(line);
        return lines.stream().map(String::stripTrailing).toList();
    }

    /** Returns the columns that a text takes in a terminal, without its colour codes. */
    public static int width(String text) {
        return BarLine.width(text.replaceAll(COLOUR_CODES, ""));
    }

    /** The index behind the last character that fits, never inside a colour code. */
    private static int end(String text, int columns) {
        int end = 0;
        int width = 0;
        while (end < text.length()) {
            int code = text.startsWith("\u001b[", end) ? text.indexOf('m', end) + 1 : 0;
            int next = code > 0 ? code : end + Character.charCount(text.codePointAt(end));
            width += code > 0 ? 0 : BarLine.width(text.substring(end, next));
            if (width > columns) {
                break;
            }
            end = next;
        }
        return end;
    }
}
