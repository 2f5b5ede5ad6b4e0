package io.heed.checkpoint.gguf;

import io.heed.Float16;
import io.heed.HeedException;
import java.nio.ByteBuffer;

/** Converts float32 to blocks, as the {@code gguf} package for Python does, bit for bit. */
final class Quantizer {

    private Quantizer() {}

    /**
     * Writes blocks.
     *
     * @param type F32, F16 or Q8_0
     * @param numbers float32, little-endian, for whole blocks
     * @param out takes them, little-endian, from its position on
     * @throws HeedException if a number is not finite or too large for the type
     */
    static void quantize(TensorType type, ByteBuffer numbers, ByteBuffer out) {
        switch (type) {
            case F32 -> out.put(numbers);
            case F16 -> {
                while (numbers.hasRemaining()) {
                    out.putShort(half(numbers.getFloat()));
                }
            }
            case Q8_0 -> {
                float[] block = new float[type.blockNumbers()];
                while (numbers.hasRemaining()) {
                    for (int i = 0; i < block.length; i++) {
                        block[i] = numbers.getFloat();
                    }
                    q8(block, out);
                }
            }
            default -> throw new IllegalArgumentException("%s can be read, but not written".formatted(type));
        }
    }

    private static short half(float number) {
        short half = Float16.of(number);
        if (!Float.isFinite(Float16.toFloat(half))) {
            throw new HeedException("float16 cannot hold %s; write float32".formatted(number));
        }
        return half;
    }

    /** The scale d, the largest size over 127, and each number over d as a whole number, halves away from zero. */
    private static void q8(float[] block, ByteBuffer out) {
        float largest = 0;
        for (float number : block) {
            largest = Math.max(largest, Math.abs(number)); // NaN if one is
        }
        float d = largest / 127;
        float inverse = d == 0 ? 0 : 1 / d;
        out.putShort(half(d));
        for (float number : block) {
            float size = Math.abs(number * inverse);
            float whole = (float) Math.floor(size);
            whole += (float) Math.floor(2 * (size - whole));
            out.put((byte) (number < 0 ? -whole : whole));
        }
    }
}
