package io.heed.inspect.lesson;

/** How words stand in a lesson. */
final class Words {

    private Words() {}

    /** A token as it can be seen: blanks in quotes, control characters by their escapes. */
    static String shown(String token) {
        StringBuilder text = new StringBuilder();
        token.codePoints()
                .forEach(c ->
                        text.append(Character.isISOControl(c) ? String.format("\\u%04x", c) : Character.toString(c)));
        return token.isBlank() && !token.isEmpty() ? "\"" + text + "\"" : text.toString();
    }
}
