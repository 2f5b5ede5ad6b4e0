package io.heed.checkpoint.gguf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** An array of numbers or booleans as a file stores it, in no more memory than it takes there. */
final class NumberArray {

    private final ValueType type;
    private final ByteBuffer bytes;

    /**
     * Wraps bytes as they are.
     *
     * @param bytes little-endian, whole numbers of the type
     */
    NumberArray(ValueType type, byte[] bytes) {
        this.type = type;
        this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static NumberArray ofInts(int... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(numbers);
        return new NumberArray(ValueType.INT32, bytes.array());
    }

    static NumberArray ofFloats(float... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(numbers);
        return new NumberArray(ValueType.FLOAT32, bytes.array());
    }

    ValueType type() {
        return type;
    }

    int length() {
        return bytes.capacity() / type.bytes();
    }

    byte[] bytes() {
        return bytes.array();
    }

    /** A whole number; an unsigned one of eight bytes is read as signed. */
    long whole(int index) {
        int at = index * type.bytes();
        return switch (type) {
            case UINT8, BOOL -> bytes.get(at) & 0xFF;
            case INT8 -> bytes.get(at);
            case UINT16 -> bytes.getShort(at) & 0xFFFF;
            case INT16 -> bytes.getShort(at);
            case UINT32 -> bytes.getInt(at) & 0xFFFFFFFFL;
            case INT32 -> bytes.getInt(at);
            case UINT64, INT64 -> bytes.getLong(at);
            default -> throw new IllegalStateException(type + " is not a type of whole numbers");
        };
    }

    double real(int index) {
        int at = index * type.bytes();
        return switch (type) {
            case FLOAT32 -> bytes.getFloat(at);
            case FLOAT64 -> bytes.getDouble(at);
            default -> whole(index);
        };
    }
}
