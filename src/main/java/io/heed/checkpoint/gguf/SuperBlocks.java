package io.heed.checkpoint.gguf;

import java.nio.ByteBuffer;

/** Blocks of 256 numbers in groups; the groups' scales are small whole numbers, times a scale of the block (ggml's K-quants). */
final class SuperBlocks {

    /** Eight scales and eight minima of 6 bits. */
    private static final int SCALES = 12;

    private SuperBlocks() {}

    /** (d·scale)·q - (dmin·minimum): d, dmin, scales and minima of eight groups, 256 numbers q of 4 bits. */
    static void q4(ByteBuffer in, int at, ByteBuffer out) {
        int scales = at + 4;
        int low = scales + SCALES;
        for (int group = 0; group < 8; group++) {
            float d = Dequantizer.half(in, at) * scale(in, scales, group);
            float m = Dequantizer.half(in, at + 2) * minimum(in, scales, group);
            for (int i = 0; i < 32; i++) {
                out.putFloat(d * nibble(in, low, group, i) - m);
            }
        }
    }

    /** As {@link #q4}, but the numbers of 4 bits follow their fifth bits: bit g of byte i is that of number i in group g. */
    static void q5(ByteBuffer in, int at, ByteBuffer out) {
        int scales = at + 4;
        int high = scales + SCALES;
        int low = high + 32;
        for (int group = 0; group < 8; group++) {
            float d = Dequantizer.half(in, at) * scale(in, scales, group);
            float m = Dequantizer.half(in, at + 2) * minimum(in, scales, group);
            for (int i = 0; i < 32; i++) {
                int q = nibble(in, low, group, i) | ((in.get(high + i) >>> group) & 1) << 4;
                out.putFloat(d * q - m);
            }
        }
    }

    /** (d·scale)·(q - 32): the low 4 bits of 256 numbers q, their high 2, 16 scales of 8 bits, d. */
    static void q6(ByteBuffer in, int at, ByteBuffer out) {
        int high = at + 128;
        int scales = high + 64;
        float block = Dequantizer.half(in, scales + 16);
        for (int i = 0; i < 256; i++) {
            int half = i >> 7;
            int quarter = (i >> 5) & 3;
            int lowBits = (in.get(at + half * 64 + (i & 63)) >>> ((quarter & 2) * 2)) & 0xF;
            int highBits = (in.get(high + half * 32 + (i & 31)) >>> (quarter * 2)) & 3;
            float d = block * in.get(scales + (i >> 4));
            out.putFloat(d * ((lowBits | highBits << 4) - 32));
        }
    }

    /** Number i of a group: two groups share 32 bytes, of which the first has the low bits. */
    private static int nibble(ByteBuffer in, int at, int group, int i) {
        return (in.get(at + (group >> 1) * 32 + i) >>> ((group & 1) * 4)) & 0xF;
    }

    /** The first four have 6 bits in a byte; the last four have 4 bits further on and 2 above those of the first. */
    private static int scale(ByteBuffer in, int at, int group) {
        return group < 4
                ? in.get(at + group) & 0x3F
                : (in.get(at + group + 4) & 0xF) | (in.get(at + group - 4) & 0xC0) >>> 2;
    }

    private static int minimum(ByteBuffer in, int at, int group) {
        return group < 4
                ? in.get(at + group + 4) & 0x3F
                : (in.get(at + group + 4) & 0xF0) >>> 4 | (in.get(at + group) & 0xC0) >>> 2;
    }
}
