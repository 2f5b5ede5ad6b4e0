package io.heed.inspect.pictures;

import java.text.BreakIterator;
import java.util.List;
import java.util.Locale;

/** Tokens as words beside a map: what cannot be seen is spelled out, what is long is shortened. */
final class Labels {

    private static final String ELLIPSIS = "…";

    private Labels() {}

    /** Returns tokens as they are shown, none wider than a width. */
    static List<String> of(List<String> tokens, double size, double width) {
        return tokens.stream().map(token -> fit(visible(token), size, width)).toList();
    }

    /**
     * A token as it can be seen: blanks in quotes, and escapes for control characters, halves of pairs, and marks that would turn the
     * direction of the text around them.
     */
    static String visible(String token) {
        StringBuilder text = new StringBuilder();
        token.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                case '\r' -> text.append("\\r");
                default -> text.append(isSeen(c) ? Character.toString(c) : String.format("\\u%04x", c));
            }
        });
        return token.isBlank() ? "\"" + text + "\"" : text.toString();
    }

    private static boolean isSeen(int c) {
        if (isJoiner(c)) {
            return true;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    /** Whether a character only says how its neighbours are drawn: it joins them or chooses among their shapes. */
    static boolean isJoiner(int c) {
        return c == 0x200c || c == 0x200d || (c >= 0xfe00 && c <= 0xfe0f);
    }

    /** Returns text, cut at a whole character and with dots after it where it is too wide. */
    static String fit(String text, double size, double width) {
        Typeface face = Typeface.get();
        if (face.width(text, size) <= width) {
            return text;
        }
        BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);
        characters.setText(text);
        int end = 0;
        for (int next = characters.next();
                next != BreakIterator.DONE && face.width(text.substring(0, next) + ELLIPSIS, size) <= width;
                next = characters.next()) {
            end = next;
        }
        return text.substring(0, end) + ELLIPSIS;
    }
}
