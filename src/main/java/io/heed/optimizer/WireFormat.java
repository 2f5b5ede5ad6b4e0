package io.heed.optimizer;

import io.heed.Float16;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How the workers of a run send the state that they have reached from a common one: in half precision, weights as differences, which
 * loses nothing of these that matters (Jaghouar et al., arXiv 2407.07852), or exactly. What optimizers keep is never sent as differences,
 * since a rounded one could make a mean of squares negative.
 */
public enum WireFormat {
    /** 16 bits; each block of 4,096 numbers has a power of two as its scale, so that small ones keep their digits. */
    FLOAT16(2) {
        @Override
        public byte[] encode(float[] start, int weights, float[] reached, int from, int to) {
            int blocks = (to - from + BLOCK - 1) / BLOCK;
            ByteBuffer out = ByteBuffer.allocate(blocks + 2 * (to - from));
            for (int at = from; at < to; at += BLOCK) {
                int end = Math.min(at + BLOCK, to);
                float most = 0;
                for (int i = at; i < end; i++) {
                    most = Math.max(most, Math.abs(reached[i] - base(start, weights, i)));
                }
                int exponent = Math.max(-126, Math.min(127, HIGHEST - Math.getExponent(most)));
                out.put((byte) exponent);
                float scale = Math.scalb(1f, exponent);
                for (int i = at; i < end; i++) {
                    out.putShort(half(reached[i] - base(start, weights, i), scale));
                }
            }
            return out.array();
        }

        @Override
        void add(byte[] message, double[] sum) {
            ByteBuffer in = ByteBuffer.wrap(message);
            for (int at = 0; at < sum.length; at += BLOCK) {
                double scale = Math.scalb(1.0, -in.get());
                for (int i = at; i < Math.min(at + BLOCK, sum.length); i++) {
                    sum[i] += Float16.toFloat(in.getShort()) * scale;
                }
            }
        }

        private static float base(float[] start, int weights, int i) {
            return i < weights ? start[i] : 0;
        }

        /** Rounds a number, but not to zero: a mean of squares stays one to divide by. */
        private static short half(float number, float scale) {
            short half = Float16.of(number * scale);
            return (half & 0x7fff) == 0 && number != 0 ? (short) (half | 1) : half;
        }

        @Override
        public void restore(float[] start, int weights, float[] mean) {
            for (int i = 0; i < weights; i++) {
                mean[i] += start[i];
            }
        }
    },
    /** 32 bits. */
    FLOAT32(4) {
        @Override
        public byte[] encode(float[] start, int weights, float[] reached, int from, int to) {
            ByteBuffer out = ByteBuffer.allocate(4 * (to - from));
            out.asFloatBuffer().put(reached, from, to - from);
            return out.array();
        }

        @Override
        void add(byte[] message, double[] sum) {
            ByteBuffer in = ByteBuffer.wrap(message);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += in.getFloat();
            }
        }

        @Override
        public void restore(float[] start, int weights, float[] mean) {}
    };

    private static final int BLOCK = 1 << 12;

    /** The exponent that the largest number of a block is given: the largest of binary16. */
    private static final int HIGHEST = 14;

    private final int bytes;

    WireFormat(int bytes) {
        this.bytes = bytes;
    }

    /** Returns the number of bytes in which some numbers are sent: of each number, and in 16 bits one for each block. */
    public long bytes(long numbers) {
        return bytes * numbers + (this == FLOAT16 ? (numbers + BLOCK - 1) / BLOCK : 0);
    }

    /** Returns where to cut some numbers into so many slices for {@link #encode}: slices + 1 places. */
    public static int[] cuts(int numbers, int slices) {
        int blocks = numbers / BLOCK;
        int[] cuts = new int[slices + 1];
        for (int i = 1; i < slices; i++) {
            cuts[i] = (int) ((long) blocks * i / slices) * BLOCK;
        }
        cuts[slices] = numbers;
        return cuts;
    }

    /**
     * Writes a slice of the state that a worker has reached.
     *
     * @param start the state that all workers started from
     * @param weights how many of its numbers are weights; these come first
     * @param from the first number of the slice
     * @param to the one after the last
     */
    public abstract byte[] encode(float[] start, int weights, float[] reached, int from, int to);

    /** Adds what one worker sent. */
    abstract void add(byte[] message, double[] sum);

    /**
     * Returns the mean of what the workers sent of one slice; summed in their order, in double precision.
     *
     * @param messages what each worker sent
     * @param length how many numbers the slice has
     */
    public float[] mean(List<byte[]> messages, int length) {
        double[] sum = new double[length];
        Arrays.fill(sum, -0.0); // to which a zero of either sign adds up as itself
        messages.forEach(message -> add(message, sum));
        float[] mean = new float[length];
        for (int i = 0; i < length; i++) {
            mean[i] = (float) (sum[i] / messages.size());
        }
        return mean;
    }

    /**
     * Turns the means of what was sent into the mean state.
     *
     * @param start the state that all workers started from
     * @param weights how many of its numbers are weights
     * @param mean the means of all slices; replaced by the state
     */
    public abstract void restore(float[] start, int weights, float[] mean);

    /** The name in configurations. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
