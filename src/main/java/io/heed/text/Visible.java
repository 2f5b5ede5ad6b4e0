package io.heed.text;

/** Makes text visible and safe to show: text is untrusted. */
public final class Visible {

    private Visible() {}

    /**
     * Returns a token as it is shown: in quotes if it starts or ends with a blank, with escapes such as {@code \n} and {@code \u202e} for
     * what cannot be seen: control characters, which a terminal would obey, lone surrogates, and marks that would change the direction
     * of the text around them.
     */
    public static String token(String token) {
        String text = text(token);
        boolean seen =
                !token.isEmpty() && !WhiteSpace.is(token.charAt(0)) && !WhiteSpace.is(token.charAt(token.length() - 1));
        return seen ? text : "\"" + text + "\"";
    }

    /** Returns a shown token in curly quotes, for use in a sentence; they replace the quotes that {@link #token} gave it. */
    public static String inQuotes(String shown) {
        boolean quoted = shown.length() > 2 && shown.startsWith("\"") && shown.endsWith("\"");
        return "“" + (quoted ? shown.substring(1, shown.length() - 1) : shown) + "”";
    }

    /** Returns text with the same escapes, on one line. */
    public static String text(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> shown.append("\\n");
                case '\t' -> shown.append("\\t");
                case '\r' -> shown.append("\\r");
                default -> shown.append(isSeen(c) ? Character.toString(c) : String.format("\\u%04x", c));
            }
        });
        return shown.toString();
    }

    /** Returns text with the same escapes, but keeps its line ends and tabs. */
    public static String lines(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .forEach(c ->
                        shown.append(c == '\n' || c == '\t' ? Character.toString(c) : text(Character.toString(c))));
        return shown.toString();
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

    /** Whether a character only affects how its neighbours are drawn: it joins them or selects among their shapes. */
    private static boolean isJoiner(int c) {
        return c == 0x200c || c == 0x200d || (c >= 0xfe00 && c <= 0xfe0f);
    }
}
