package io.heed.optimizer;

import io.heed.Float16;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How the workers of a run send the weights that they have reached from common ones: as differences in half precision, which loses
 * nothing that matters (Jaghouar et al., arXiv 2407.07852), or exactly.
 */
public enum WireFormat {
    /** Differences in 16 bits; each block of 4,096 has a power of two as its scale, so that small ones keep their digits. */
    FLOAT16(2) {
        @Override
        public byte[] encode(float[] start, float[] reached, int from, int to) {
            int blocks = (to - from + BLOCK - 1) / BLOCK;
            ByteBuffer out = ByteBuffer.allocate(blocks + 2 * (to - from));
            for (int at = from; at < to; at += BLOCK) {
                int end = Math.min(at + BLOCK, to);
                float most = 0;
                for (int i = at; i < end; i++) {
                    most = Math.max(most, Math.abs(reached[i] - start[i]));
                }
                int exponent = Math.max(-126, Math.min(127, HIGHEST - Math.getExponent(most)));
                out.put((byte) exponent);
                float scale = Math.scalb(1f, exponent);
                for (int i = at; i < end; i++) {
                    out.putShort(Float16.of((reached[i] - start[i]) * scale));
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

        @Override
        public void restore(float[] start, float[] mean) {
            for (int i = 0; i < start.length; i++) {
                mean[i] += start[i];
            }
        }
    },
    /** Weights in 32 bits. */
    FLOAT32(4) {
        @Override
        public byte[] encode(float[] start, float[] reached, int from, int to) {
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
        public void restore(float[] start, float[] mean) {}
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

    /** Returns where to cut a number of weights into so many slices for {@link #encode}: slices + 1 places. */
    public static int[] cuts(int weights, int slices) {
        int blocks = weights / BLOCK;
        int[] cuts = new int[slices + 1];
        for (int i = 1; i < slices; i++) {
            cuts[i] = (int) ((long) blocks * i / slices) * BLOCK;
        }
        cuts[slices] = weights;
        return cuts;
    }

    /**
     * Writes a slice of the weights that a worker has reached.
     *
     * @param start the weights that all workers started from
     * @param from the first weight of the slice
     * @param to the one after the last
     */
    public abstract byte[] encode(float[] start, float[] reached, int from, int to);

    /** Adds what one worker sent. */
    abstract void add(byte[] message, double[] sum);

    /**
     * Returns the mean of what the workers sent of one slice; summed in their order, in double precision.
     *
     * @param messages what each worker sent
     * @param length the number of weights in the slice
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
     * Turns the means of all slices into mean weights.
     *
     * @param start the weights that all workers started from
     * @param mean the means; replaced by the weights
     */
    public abstract void restore(float[] start, float[] mean);

    /** The name in configurations. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
