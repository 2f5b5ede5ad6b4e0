package io.heed.kernels;

/** How an array's numbers are written in memory. */
public enum NumberFormat {
    /** IEEE 754's binary32. */
    FLOAT32(6, Float.BYTES),
    /** IEEE 754's binary16. */
    FLOAT16(5, Short.BYTES),
    /** The upper half of binary32: 8 significant bits. */
    BFLOAT16(15, Short.BYTES),
    /** IEEE 754's binary64. */
    FLOAT64(7, Double.BYTES),
    /** Whole numbers from -128 to 127, of which kernels make weights with a scale for each output. */
    INT8(1, Byte.BYTES);

    /** PyTorch's number of the format. */
    final long code;

    private final int bytes;

    NumberFormat(long code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    /** The bytes of a number. */
    public int bytes() {
        return bytes;
    }
}
