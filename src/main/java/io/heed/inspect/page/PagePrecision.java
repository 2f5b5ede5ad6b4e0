package io.heed.inspect.page;

/**
 * The precision of a page's weights. A number becomes a code of one to four bytes; the codes of a layer are stored in planes, the first
 * byte of each, then the second, and so on, since bytes of one kind compress best together.
 */
enum PagePrecision {
    /** Every bit of a float32, the sign last, so that the first byte is the whole exponent. */
    BITS_32(4, 26.5) {
        @Override
        int code(float number) {
            return Integer.rotateLeft(Float.floatToRawIntBits(number), 1);
        }
    },
    /** The exponent and eight bits of the fraction of a non-negative number: within 0.2 %. */
    BITS_16(2, 12) {
        @Override
        int code(float number) {
            return (Integer.rotateLeft(Float.floatToRawIntBits(number), 1) + 0x8000) >>> 16;
        }
    },
    /** The logarithm in steps of a sixteenth of an octave, 255 for 1: within 2.2 % down to 2⁻¹⁶, and 0 below. */
    BITS_8(1, 8) {
        @Override
        int code(float number) {
            double code = 255 + 16 * Math.log(number) / Math.log(2);
            return code < 0.5 ? 0 : (int) Math.min(255, Math.round(code));
        }
    };

    private final int bytes;
    private final double compressedBits;

    /**
     * @param bytes the length of a code
     * @param compressedBits the expected length of a weight's code after compression
     */
    PagePrecision(int bytes, double compressedBits) {
        this.bytes = bytes;
        this.compressedBits = compressedBits;
    }

    /** Returns a number's code, in the lowest {@link #bytes()} bytes. */
    abstract int code(float number);

    /** The length of a code. */
    int bytes() {
        return bytes;
    }

    /** The expected number of bytes of this many numbers, compressed and as Base85. */
    double size(long numbers) {
        return numbers * compressedBits * 5 / (8 * 4);
    }

    /** Returns the codes of numbers in planes. */
    byte[] planes(float[] numbers) {
        byte[] planes = new byte[bytes * numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            int code = code(numbers[i]);
            for (int plane = 0; plane < bytes; plane++) {
                planes[plane * numbers.length + i] = (byte) (code >>> (8 * (bytes - 1 - plane)));
            }
        }
        return planes;
    }
}
