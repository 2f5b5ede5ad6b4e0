package io.heed.text;

import java.util.ArrayList;
import java.util.List;

/**
 * White space as Unicode and Python define it. Python's {@code str.split()} splits words in sacreBLEU and in the tools that write
 * alignments. Java has two other notions: {@link Character#isWhitespace(int)} leaves out U+0085 and no-break spaces, and {@code \s} all
 * but ASCII's.
 */
public final class WhiteSpace {

    private WhiteSpace() {}

    /** Whether Python's {@code str.isspace()} is true: Unicode's White_Space and the separators U+001C to U+001F. */
    public static boolean is(int c) {
        return isUnicode(c) || (c >= 0x1C && c <= 0x1F);
    }

    /** Whether a character has Unicode's White_Space, as in the tokenizers library's BertPreTokenizer. */
    public static boolean isUnicode(int c) {
        boolean control = (c >= '\t' && c <= '\r') || c == 0x85;
        return control || Character.isSpaceChar(c);
    }

    /** The words between white space, as {@code str.split()} returns them: none is empty. */
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
