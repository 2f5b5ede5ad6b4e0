package io.heed.checkpoint.gguf;

import io.heed.Float16;
import java.nio.ByteBuffer;

/**
 * Converts the blocks that tensors are stored in to float32. Each operation is rounded as in the {@code gguf} package for Python, so the
 * numbers equal its, bit for bit.
 */
final class Dequantizer {

    /** Converts one block. */
    @FunctionalInterface
    private interface Block {
        /**
         * Writes a block's numbers.
         *
         * @param in holds the block, from byte {@code at} on
         */
        void write(ByteBuffer in, int at, ByteBuffer out);
    }

    private Dequantizer() {}

    /**
     * Writes the numbers of blocks.
     *
     * @param blocks whole blocks, little-endian
     * @param out takes them, little-endian, from its position on
     */
    static void dequantize(TensorType type, ByteBuffer blocks, ByteBuffer out) {
        Block block = block(type);
        for (int at = blocks.position(); at < blocks.limit(); at += type.blockBytes()) {
            block.write(blocks, at, out);
        }
        blocks.position(blocks.limit());
    }

    private static Block block(TensorType type) {
        return switch (type) {
            case F32 -> (in, at, out) -> out.putInt(in.getInt(at));
            case F16 -> (in, at, out) -> out.putFloat(half(in, at));
            case BF16 -> (in, at, out) -> out.putInt(in.getShort(at) << 16);
            case Q8_0 -> Dequantizer::q8;
            case Q4_0 -> Dequantizer::q4;
            case Q4_1 -> Dequantizer::q4WithMinimum;
            case Q5_0 -> Dequantizer::q5;
            case Q5_1 -> Dequantizer::q5WithMinimum;
            case Q4_K -> SuperBlocks::q4;
            case Q5_K -> SuperBlocks::q5;
            case Q6_K -> SuperBlocks::q6;
        };
    }

    static float half(ByteBuffer in, int at) {
        return Float16.toFloat(in.getShort(at));
    }

    /** d·q: the scale d, 16 bits, and 32 numbers q of 8 bits. */
    private static void q8(ByteBuffer in, int at, ByteBuffer out) {
        float d = half(in, at);
        for (int i = 0; i < 32; i++) {
            out.putFloat(in.get(at + 2 + i) * d);
        }
    }

    /** d·(q - 8): d, and 32 numbers q of 4 bits; the first half lies in the low bits of 16 bytes, the second in the high ones. */
    private static void q4(ByteBuffer in, int at, ByteBuffer out) {
        float d = half(in, at);
        for (int i = 0; i < 32; i++) {
            out.putFloat(d * (nibble(in, at + 2, i) - 8));
        }
    }

    /** d·q + m: d, m, and 32 numbers q of 4 bits. */
    private static void q4WithMinimum(ByteBuffer in, int at, ByteBuffer out) {
        float d = half(in, at);
        float m = half(in, at + 2);
        for (int i = 0; i < 32; i++) {
            out.putFloat(d * nibble(in, at + 4, i) + m);
        }
    }

    /** d·(q - 16): d, the fifth bits of all q, and their other four. */
    private static void q5(ByteBuffer in, int at, ByteBuffer out) {
        float d = half(in, at);
        int fifth = in.getInt(at + 2);
        for (int i = 0; i < 32; i++) {
            out.putFloat(d * ((nibble(in, at + 6, i) | ((fifth >>> i) & 1) << 4) - 16));
        }
    }

    /** d·q + m: d, m, the fifth bits of all q, and their other four. */
    private static void q5WithMinimum(ByteBuffer in, int at, ByteBuffer out) {
        float d = half(in, at);
        float m = half(in, at + 2);
        int fifth = in.getInt(at + 4);
        for (int i = 0; i < 32; i++) {
            out.putFloat(d * (nibble(in, at + 8, i) | ((fifth >>> i) & 1) << 4) + m);
        }
    }

    private static int nibble(ByteBuffer in, int at, int i) {
        return (in.get(at + (i & 15)) >>> ((i & 16) / 4)) & 0xF;
    }
}
