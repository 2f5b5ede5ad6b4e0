package io.heed.text.tokenizer;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The characters with which byte-level tokenizers spell bytes (Radford et al. 2019, GPT-2's {@code bytes_to_unicode}): bytes that are
 * printable in Latin-1 spell themselves, the others are spelled by the characters from U+0100 on, in order.
 */
final class ByteAlphabet {

    private static final char[] SPELLING = spelling();
    private static final int[] BYTES = bytes();

    private ByteAlphabet() {}

    private static char[] spelling() {
        char[] spelling = new char[256];
        char next = 0x100;
        for (int b = 0; b < 256; b++) {
            boolean printed = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
            spelling[b] = printed ? (char) b : next++;
        }
        return spelling;
    }

    private static int[] bytes() {
        int[] bytes = new int[0x100 + 256];
        Arrays.fill(bytes, -1);
        for (int b = 0; b < 256; b++) {
            bytes[SPELLING[b]] = b;
        }
        return bytes;
    }

    /** The character that spells a byte, from 0 to 255. */
    static char spelled(int b) {
        return SPELLING[b];
    }

    /** The number of bytes that a token stands for if all its characters are of this alphabet; else those of its UTF-8. */
    static int bytes(String token) {
        return spells(token) ? token.length() : token.getBytes(StandardCharsets.UTF_8).length;
    }

    private static boolean spells(String token) {
        return token.chars().allMatch(c -> c < BYTES.length && BYTES[c] >= 0);
    }

    /**
     * Returns the text whose bytes a token spells, with {@code <0xE4>} for a byte of an incomplete character; a token with other
     * characters is returned unchanged.
     */
    static String text(String token) {
        if (!spells(token)) {
            return token;
        }
        ByteBuffer in = ByteBuffer.allocate(token.length());
        token.chars().forEach(c -> in.put((byte) BYTES[c]));
        in.flip();
        CharBuffer out = CharBuffer.allocate(in.remaining());
        StringBuilder text = new StringBuilder();
        while (in.hasRemaining()) {
            CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder(); // stops at an invalid character
            decoder.decode(in, out, true);
            text.append(out.flip());
            out.clear();
            if (in.hasRemaining()) {
                text.append("<0x%02X>".formatted(in.get()));
            }
        }
        return text.toString();
    }
}
