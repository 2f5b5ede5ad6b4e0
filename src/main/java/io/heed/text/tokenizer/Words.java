package io.heed.text.tokenizer;

import io.heed.text.Utf8;
import io.heed.text.WhiteSpace;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;

/**
 * Cuts text into lower-case words and punctuation marks as the library does with NFC, Lowercase and BertPreTokenizer, many times faster.
 *
 * <p>Each stretch between ASCII white space is cut separately, since neither composition nor words cross it. If all its characters are
 * common ones, for which these rules are simple, it is cut here; otherwise it is left to the caller.
 */
public final class Words {

    /** Receives the words. */
    interface Sink {
        /** A word: the first bytes of an array that is reused, and their {@link WordTable#hash}. */
        void word(byte[] letters, int length, int hash);

        /** A stretch without ASCII white space that contains an uncommon character or a special token. */
        void uncommon(byte[] text, int from, int to);
    }

    private static final byte SPACE = 0;
    private static final byte LETTER = 1;
    private static final byte MARK = 2;
    private static final byte LONG = 4; // a byte of a longer character
    private static final byte BRACKET = 8;
    private static final byte[] KINDS = kinds();

    private static final List<byte[]> SPECIAL = List.of(
            TokenizerBuilder.UNKNOWN.getBytes(StandardCharsets.UTF_8),
            TokenizerBuilder.START.getBytes(StandardCharsets.UTF_8),
            TokenizerBuilder.END.getBytes(StandardCharsets.UTF_8));

    /** The first and last characters of the blocks that may contain common characters. */
    private static final int[][] BLOCKS = {
        {0xA1, 0x24F}, // Latin
        {0x386, 0x52F}, // Greek, Cyrillic
        {0x561, 0x586}, // Armenian's small letters
        {0x5D0, 0x5EA}, // Hebrew
        {0x620, 0x64A}, // Arabic
        {0x2010, 0x2027}, // dashes and quotation marks
        {0x3001, 0x3011}, // Chinese punctuation
        {0x3041, 0x3096}, // Hiragana
        {0x30A1, 0x30FA}, // Katakana
        {0x4E00, 0x9FA5}, // Chinese
        {0xAC00, 0xD7A3}, // Korean
        {0xFF01, 0xFF5E} // full-width ASCII
    };

    private Words() {}

    private static byte[] kinds() {
        byte[] kinds = new byte[256];
        for (int c = 0; c < 256; c++) {
            boolean letter = !TokenizerBuilder.isPunctuation(c);
            kinds[c] = c >= 0x80 ? LONG : Utf8.isSpace((byte) c) ? SPACE : letter ? LETTER : MARK;
        }
        kinds['['] = MARK | BRACKET;
        return kinds;
    }

    /** Initialized when the first character beyond ASCII occurs. */
    private static final class Common {
        private static final byte[] KINDS = new byte[1 << 16];
        private static final char[] LOWER = new char[1 << 16];

        static {
            for (int[] block : BLOCKS) {
                for (int c = block[0]; c <= block[1]; c++) {
                    String text = Character.toString(c);
                    String lower = text.toLowerCase(Locale.ROOT);
                    boolean simple = Normalizer.isNormalized(text, Normalizer.Form.NFC) && lower.length() == 1;
                    boolean mark = TokenizerBuilder.isPunctuation(c);
                    if (simple && (mark || Character.isLetter(c))) {
                        KINDS[c] = mark ? MARK : LETTER;
                        LOWER[c] = lower.charAt(0);
                    }
                }
            }
        }

        /** MARK, LETTER, or 0 for a character that is not common. */
        static byte kind(int c) {
            return c < 0 || c > 0xFFFF ? 0 : KINDS[c];
        }
    }

    /** Cuts a part of a text. */
    static void cut(byte[] text, int from, int to, Sink sink) {
        byte[] word = new byte[64];
        for (int at = from; at < to; ) {
            int kinds = 0;
            int end = at;
            while (end < to) {
                byte kind = KINDS[text[end] & 0xFF];
                if (kind == SPACE) {
                    break;
                }
                kinds |= kind;
                end++;
            }
            if (end > at) {
                if (word.length < 2 * (end - at)) { // a lower-case letter may take one more byte
                    word = new byte[4 * (end - at)];
                }
                if ((kinds & (LONG | BRACKET)) == 0) {
                    ascii(text, at, end, word, sink);
                } else if (isCommon(text, at, end)) {
                    common(text, at, end, word, sink);
                } else {
                    sink.uncommon(text, at, end);
                }
            }
            at = end + 1;
        }
    }

    private static void ascii(byte[] text, int from, int to, byte[] word, Sink sink) {
        int length = 0;
        int hash = 0;
        for (int at = from; at < to; at++) {
            byte b = text[at];
            if (KINDS[b] == LETTER) {
                b = b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
                word[length++] = b;
                hash = 31 * hash + b;
            } else {
                if (length > 0) {
                    sink.word(word, length, hash);
                }
                word[0] = b;
                sink.word(word, 1, b);
                length = 0;
                hash = 0;
            }
        }
        if (length > 0) {
            sink.word(word, length, hash);
        }
    }

    private static boolean isCommon(byte[] text, int from, int to) {
        for (int at = from; at < to; ) {
            if (text[at] < 0) {
                int c = Utf8.decode(text, at, to);
                if (Common.kind(c) == 0) {
                    return false;
                }
                at += Utf8.length(c);
            } else if (special(text, at, to) > 0) {
                return false;
            } else {
                at++;
            }
        }
        return true;
    }

    /** The length of the special token at a position, or 0. */
    static int special(byte[] text, int at, int to) {
        if (text[at] == '[') {
            for (byte[] special : SPECIAL) {
                if (Utf8.startsWith(text, at, to, special)) {
                    return special.length;
                }
            }
        }
        return 0;
    }

    private static void common(byte[] text, int from, int to, byte[] word, Sink sink) {
        int length = 0;
        for (int at = from; at < to; ) {
            int c = text[at] >= 0 ? text[at] : Utf8.decode(text, at, to);
            byte kind = c < 0x80 ? KINDS[c] : Common.kind(c);
            if (kind == LETTER) {
                int lower = c >= 0x80 ? Common.LOWER[c] : c >= 'A' && c <= 'Z' ? c + 32 : c;
                length = Utf8.encode(lower, word, length);
            } else {
                if (length > 0) {
                    sink.word(word, length, WordTable.hash(word, length));
                }
                length = Utf8.encode(c, word, 0);
                sink.word(word, length, WordTable.hash(word, length));
                length = 0;
            }
            at += Utf8.length(c);
        }
        if (length > 0) {
            sink.word(word, length, WordTable.hash(word, length));
        }
    }

    /** Cuts a text with uncommon characters but no special token; many times slower. */
    static void cutUncommon(String text, Sink sink) {
        StringBuilder word = new StringBuilder();
        Normalizer.normalize(text, Normalizer.Form.NFC).codePoints().forEach(c -> {
            boolean punctuation = TokenizerBuilder.isPunctuation(c);
            if (punctuation || WhiteSpace.isUnicode(c)) {
                tell(word, sink);
            }
            if (punctuation) {
                tell(word.appendCodePoint(c), sink);
            } else if (!WhiteSpace.isUnicode(c)) {
                word.append(Character.toString(c).toLowerCase(Locale.ROOT));
            }
        });
        tell(word, sink);
    }

    private static void tell(StringBuilder word, Sink sink) {
        if (!word.isEmpty()) {
            byte[] letters = word.toString().getBytes(StandardCharsets.UTF_8);
            sink.word(letters, letters.length, WordTable.hash(letters, letters.length));
            word.setLength(0);
        }
    }

    /**
     * Whether a text has a character that the library may classify differently: one that this version of Java does not know, or a newer
     * punctuation mark, since the library's marks are from an early version of Unicode.
     */
    static boolean hasStrangers(String text) {
        return text.codePoints()
                .anyMatch(c -> !Character.isDefined(c)
                        || (c >= 0x980 && TokenizerBuilder.isPunctuation(c) && Common.kind(c) == 0)
                        || c == 0x166D
                        || c == 0x111C9); // two that are no longer marks, or have become one
    }
}
