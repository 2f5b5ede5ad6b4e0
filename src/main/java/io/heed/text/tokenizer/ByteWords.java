package io.heed.text.tokenizer;

import io.heed.text.Utf8;
import io.heed.text.WhiteSpace;

/**
 * Cuts text into the parts within which byte-level BPE merges, by GPT-2's rule (Radford et al. 2019):
 * {@code 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+}.
 */
public final class ByteWords {

    /** Receives the parts. */
    public interface Sink {
        /** A part: its position in the text, and its {@link WordTable#hash}. */
        void word(byte[] text, int from, int length, int hash);
    }

    private static final byte SPACE = 0;
    private static final byte LETTER = 1;
    private static final byte NUMBER = 2;
    private static final byte OTHER = 3;
    private static final byte[] KINDS = new byte[1 << 16];

    static {
        for (int c = 0; c < KINDS.length; c++) {
            KINDS[c] = kindOf(c);
        }
    }

    private ByteWords() {}

    private static byte kindOf(int c) {
        if (WhiteSpace.isUnicode(c)) {
            return SPACE;
        }
        if (Character.isLetter(c)) {
            return LETTER;
        }
        return switch (Character.getType(c)) {
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> NUMBER;
            default -> OTHER;
        };
    }

    /**
     * Whether a text has a character that this version of Java does not know and that the library may take for a letter or a number; those
     * in the range of emoji are neither.
     */
    static boolean hasStrangers(byte[] text, int from, int to) {
        for (int at = from; at < to; at++) {
            if ((text[at] & 0xE0)
                    == 0xE0) { // the first byte of a character from U+0800 on, below which all letters are known
                int c = Utf8.decode(text, at, to);
                if (!Character.isDefined(c) && !(c >= 0x1F000 && c < 0x1FB00)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Cuts a text line by line, as tokenizers are trained: no part crosses the end of a line. */
    static void cutLines(byte[] text, Sink sink) {
        for (int from = 0; from < text.length; ) {
            int to = from;
            while (to < text.length && text[to] != '\n') {
                to++;
            }
            to = Math.min(to + 1, text.length);
            cut(text, from, to, sink);
            from = to;
        }
    }

    /** Cuts a part of a text, of whole characters. */
    public static void cut(byte[] text, int from, int to, Sink sink) {
        for (int at = from; at < to; ) {
            int end = end(text, at, to);
            int hash = 0;
            for (int i = at; i < end; i++) {
                hash = 31 * hash + text[i];
            }
            sink.word(text, at, end - at, hash);
            at = end;
        }
    }

    private static int end(byte[] text, int at, int to) {
        byte first = text[at];
        if (first == '\'') {
            int contraction = contraction(text, at + 1, to);
            if (contraction > 0) {
                return at + 1 + contraction;
            }
        }
        if (first == ' ' && at + 1 < to) {
            byte kind = kind(text, at + 1, to);
            if (kind != SPACE) {
                return run(text, at + 1, to, kind);
            }
        }
        byte kind = kind(text, at, to);
        int end = run(text, at, to, kind);
        if (kind != SPACE || end == to) {
            return end;
        }
        int last = end - 1; // a run of white space leaves its last character to the next part
        while ((text[last] & 0xC0) == 0x80) {
            last--;
        }
        return last > at ? last : end;
    }

    /** The length of an English contraction such as 's, or 0. */
    private static int contraction(byte[] text, int at, int to) {
        byte first = at < to ? text[at] : 0;
        byte second = at + 1 < to ? text[at + 1] : 0;
        return switch (first) {
            case 's', 't', 'm', 'd' -> 1;
            case 'r', 'v' -> second == 'e' ? 2 : 0;
            case 'l' -> second == 'l' ? 2 : 0;
            default -> 0;
        };
    }

    /** Where a run of characters of one kind ends. */
    private static int run(byte[] text, int from, int to, byte kind) {
        int at = from;
        while (at < to && kind(text, at, to) == kind) {
            at += text[at] >= 0 ? 1 : Utf8.length(Utf8.decode(text, at, to));
        }
        return at;
    }

    private static byte kind(byte[] text, int at, int to) {
        int c = text[at] >= 0 ? text[at] : Utf8.decode(text, at, to);
        return c < KINDS.length ? KINDS[c] : kindOf(c);
    }
}
