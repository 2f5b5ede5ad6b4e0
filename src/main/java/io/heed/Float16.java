package io.heed;

/** IEEE 754's binary16, which Java 17 has no type for. */
public final class Float16 {

    private static final int EXPONENT = 0x7F800000;

    private Float16() {}

    /** Returns the number that 16 bits write; what is not a number keeps its bits. */
    public static float toFloat(short half) {
        int exponent = (half >> 10) & 0x1F;
        int fraction = half & 0x3FF;
        float size = switch (exponent) {
            case 0 -> fraction * 0x1p-24f;
            case 31 -> Float.intBitsToFloat(EXPONENT | fraction << 13);
            default -> Float.intBitsToFloat((exponent + 112) << 23 | fraction << 13);
        };
        return Float.intBitsToFloat(Float.floatToRawIntBits(size) | (half & 0x8000) << 16);
    }

    /** Returns the nearest number of 16 bits, of two as near the even one; infinite from 65520 on. */
    public static short of(float number) {
        int bits = Float.floatToRawIntBits(number);
        int sign = (bits >>> 16) & 0x8000;
        float size = Math.abs(number);
        if (Float.isNaN(size)) {
            return (short) (sign | 0x7E00);
        }
        if (size >= 65520f) {
            return (short) (sign | 0x7C00);
        }
        if (size < 0x1p-14f) {
            return (short) (sign | (int) Math.rint(size * 0x1p24)); // below the smallest exponent all steps are equal
        }
        int magnitude = bits & 0x7FFFFFFF;
        int rounded = magnitude + 0xFFF + ((magnitude >>> 13) & 1); // half a step, and less one bit where that is even
        return (short) (sign | (rounded - (112 << 23)) >>> 13);
    }
}
