package io.heed.text;

import java.util.Arrays;
import java.util.Comparator;

/** Characters as bytes of UTF-8. */
public final class Utf8 {

    /** The order of the bytes, which is that of the code points; in UTF-16, surrogates come before U+E000 to U+FFFF. */
    public static final Comparator<String> ORDER = Utf8::compare;

    private Utf8() {}

    private static int compare(String one, String other) {
        int at = 0;
        int end = Math.min(one.length(), other.length());
        while (at < end && one.charAt(at) == other.charAt(at)) {
            at++;
        }
        if (at == end) {
            return Integer.compare(one.length(), other.length());
        }
        char a = one.charAt(at);
        char b = other.charAt(at);
        return Character.isSurrogate(a) == Character.isSurrogate(b)
                ? Character.compare(a, b)
                : Boolean.compare(Character.isSurrogate(a), Character.isSurrogate(b));
    }

    /**
     * Reads a character of more than one byte.
     *
     * @return its code point, or -1 if the bytes there do not start with a character
     */
    public static int decode(byte[] bytes, int at, int end) {
        int first = bytes[at] & 0xFF;
        int length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
        if (length == 0 || length > end - at) {
            return -1;
        }
        int c = first & (0x7F >> length);
        for (int i = 1; i < length; i++) {
            int next = bytes[at + i];
            if ((next & 0xC0) != 0x80) {
                return -1;
            }
            c = (c << 6) | (next & 0x3F);
        }
        boolean tooLong = c < (length == 3 ? 0x800 : length == 4 ? 0x10000 : 0x80);
        return tooLong || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000) ? -1 : c;
    }

    /** The number of bytes of a character. */
    public static int length(int c) {
        return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    }

    /** Writes a character and returns the position after it. */
    public static int encode(int c, byte[] into, int at) {
        int length = length(c);
        if (length == 1) {
            into[at] = (byte) c;
            return at + 1;
        }
        int rest = c;
        for (int i = length - 1; i > 0; i--) {
            into[at + i] = (byte) (0x80 | (rest & 0x3F));
            rest >>= 6;
        }
        into[at] = (byte) ((0xF00 >> length) | rest);
        return at + length;
    }

    /** Whether a byte is ASCII white space, as the tokenizers library defines it. */
    public static boolean isSpace(byte b) {
        return b == ' ' || (b >= '\t' && b <= '\r');
    }

    /** Whether a part of a text is only white space. */
    public static boolean isBlank(byte[] text, int from, int to) {
        for (int at = from; at < to; ) {
            int c = text[at] >= 0 ? text[at] : decode(text, at, to);
            if (!Character.isWhitespace(c)) {
                return false;
            }
            at += length(c);
        }
        return true;
    }

    /** Whether a text has some bytes at a position. */
    public static boolean startsWith(byte[] text, int at, int to, byte[] bytes) {
        return to - at >= bytes.length && Arrays.equals(text, at, at + bytes.length, bytes, 0, bytes.length);
    }
}
