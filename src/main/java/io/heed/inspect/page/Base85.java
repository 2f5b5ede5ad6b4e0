package io.heed.inspect.page;

/**
 * Bytes as text, four in five characters: the Base85 of Git and of Python's {@code base64.b85encode}, with a comma for the less-than sign,
 * so that no text can end the script element it stands in. Base64 needs a fifteenth more.
 */
public final class Base85 {

    private static final String DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;,=>?@^_`{|}~";

    private Base85() {}

    /**
     * Encodes some bytes; a last group of fewer than four has one character more than bytes.
     *
     * @param length how many bytes
     * @return ASCII
     */
    public static byte[] encode(byte[] bytes, int length) {
        byte[] text = new byte[(5 * length + 3) / 4];
        byte[] group = new byte[5];
        for (int from = 0, next = 0; from < length; from += 4, next += 5) {
            long word = 0;
            for (int i = 0; i < 4; i++) {
                word = word << 8 | (from + i < length ? bytes[from + i] & 0xff : 0);
            }
            for (int i = 4; i >= 0; i--) {
                group[i] = (byte) DIGITS.charAt((int) (word % 85));
                word /= 85;
            }
            System.arraycopy(group, 0, text, next, Math.min(5, text.length - next));
        }
        return text;
    }
}
