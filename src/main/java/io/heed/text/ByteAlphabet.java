package io.heed.text;

import java.nio.charset.StandardCharsets;

/**
 * The characters by which byte-level tokenizers spell bytes (Radford et al. 2019, GPT-2's {@code bytes_to_unicode}): a byte that Latin-1
 * prints stands for itself, the others for the characters from U+0100 on, in their order.
 */
final class ByteAlphabet {

    private static final char[] SPELLING = spelling();

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

    /** The character that spells a byte, from 0 to 255. */
    static char spelled(int b) {
        return SPELLING[b];
    }

    /** The number of bytes that a token stands for, where all its characters are of this alphabet; else those of its UTF-8. */
    static int bytes(String token) {
        boolean all = token.chars().allMatch(c -> new String(SPELLING).indexOf(c) >= 0);
        return all ? token.length() : token.getBytes(StandardCharsets.UTF_8).length;
    }
}
