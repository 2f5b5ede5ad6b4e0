package io.heed.checkpoint.gguf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** The bytes of a GGUF file, one value after the other, right or wrong. */
final class GgufBytes {

    static final int UINT32 = 4;
    static final int STRING = 8;
    static final int ARRAY = 9;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** A header of version 3. */
    static GgufBytes header(long tensors, long keys) {
        return new GgufBytes().u32(0x46554747).u32(3).u64(tensors).u64(keys);
    }

    GgufBytes u8(int number) {
        bytes.write(number);
        return this;
    }

    GgufBytes u32(long number) {
        return raw(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) number)
                .array());
    }

    GgufBytes u64(long number) {
        return raw(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(number)
                .array());
    }

    GgufBytes text(String text) {
        return u64(text.getBytes(UTF_8).length).raw(text.getBytes(UTF_8));
    }

    GgufBytes raw(byte... more) {
        bytes.writeBytes(more);
        return this;
    }

    /** A key and its type. */
    GgufBytes key(String key, int type) {
        return text(key).u32(type);
    }

    /** A tensor. */
    GgufBytes tensor(String name, int type, long offset, long... dimensions) {
        text(name).u32(dimensions.length);
        for (long dimension : dimensions) {
            u64(dimension);
        }
        return u32(type).u64(offset);
    }

    /** Zeros up to a multiple of 32, and so many bytes behind them. */
    GgufBytes data(int count) {
        return raw(new byte[-bytes.size() & 31]).raw(new byte[count]);
    }

    void write(Path file) {
        try {
            Files.write(file, bytes.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
