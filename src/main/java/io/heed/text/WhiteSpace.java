package io.heed.text;

import java.util.ArrayList;
import java.util.List;

/**
 * White space as Python has it, whose {@code str.split()} cuts words in sacreBLEU and in the tools that write alignments. Java has two
 * notions of its own: {@link Character#isWhitespace(int)} leaves out U+0085 and spaces that do not break, and {@code \s} all but ASCII's.
 */
public final class WhiteSpace {

    private WhiteSpace() {}

    /** Whether Python's {@code str.isspace()} says so: Unicode's White_Space, and the separators U+001C to U+001F. */
    public static boolean is(int c) {
        return TokenizerBuilder.isSpace(c) || (c >= 0x1C && c <= 0x1F);
    }

    /** The words between white space, as {@code str.split()} gives them: none is empty. */
    public static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        int start = 0;
        for (int at = 0; at <= text.length(); at++) {
            if (at == text.length() || is(text.charAt(at))) { // there is none beyond the basic plane
                if (at > start) {
                    words.add(text.substring(start, at));
                }
                start = at + 1;
            }
        }
        return words;
    }
}
