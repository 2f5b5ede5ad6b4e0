package io.heed.inspect.pictures;

import io.heed.text.Visible;
import java.text.BreakIterator;
import java.util.List;
import java.util.Locale;

/** Tokens as words beside a map: what cannot be seen is spelled out, what is long is shortened. */
final class Labels {

    private static final String ELLIPSIS = "…";

    private Labels() {}

    /** Returns tokens as they are shown, none wider than a width. */
    static List<String> of(List<String> tokens, double size, double width) {
        return tokens.stream()
                .map(token -> fit(Visible.token(token), size, width))
                .toList();
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
