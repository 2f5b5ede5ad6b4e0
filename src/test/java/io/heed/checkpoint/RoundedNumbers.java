package io.heed.checkpoint;

import io.heed.Float16;
import io.heed.checkpoint.Safetensors.StoredArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The numbers of stored tensors, and how they are rounded, computed here without the engine and the loader. */
final class RoundedNumbers {

    private RoundedNumbers() {}

    /** The numbers of a tensor in float32, float16 or bfloat16. */
    static float[] of(StoredArray tensor) {
        ByteBuffer bytes = tensor.bytes().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int width = tensor.type().equals("F32") ? Float.BYTES : Short.BYTES;
        float[] numbers = new float[bytes.remaining() / width];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = switch (tensor.type()) {
                case "F32" -> bytes.getFloat();
                case "F16" -> Float16.toFloat(bytes.getShort());
                default -> Float.intBitsToFloat(bytes.getShort() << 16);
            };
        }
        return numbers;
    }

    /** bfloat16: the upper 16 bits of the nearest number that has no others, of two as near the even one. */
    static short bfloat16(float number) {
        int bits = Float.floatToRawIntBits(number);
        return (short) ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /** The number that {@link #bfloat16} stands for. */
    static float toBfloat16(float number) {
        return Float.intBitsToFloat(bfloat16(number) << 16);
    }
}
