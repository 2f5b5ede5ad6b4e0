package io.heed.checkpoint.gguf;

import io.heed.HeedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Reads the numbers of a file's tensors as float32, a few blocks at a time, in little memory however large they are. */
public final class TensorReader implements AutoCloseable {

    /** About how many bytes are read at once. */
    private static final int CHUNK = 1 << 18;

    private final Path file;
    private final FileChannel channel;
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK).order(ByteOrder.LITTLE_ENDIAN);

    /**
     * Opens a file.
     *
     * @throws HeedException if it cannot be read
     */
    public TensorReader(Path file) {
        this.file = file;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
        } catch (IOException e) {
            throw new HeedException("cannot read %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    /**
     * Reads numbers of a tensor until a buffer is full.
     *
     * @param from the index of the first, which starts a block
     * @param out takes them as float32, little-endian; has room for whole blocks, and no more than the tensor has from there on
     * @throws HeedException if the file cannot be read
     * @throws IllegalArgumentException if the buffer has another size
     */
    public void read(GgufTensor tensor, long from, ByteBuffer out) {
        TensorType type = tensor.type();
        int block = type.blockNumbers();
        long count = out.remaining() / Float.BYTES;
        if (from % block != 0 || count % block != 0 || from < 0 || count > tensor.numbers() - from) {
            throw new IllegalArgumentException(
                    "%d numbers from %d on are not whole blocks of %s".formatted(count, from, tensor.name()));
        }
        out.order(ByteOrder.LITTLE_ENDIAN);
        long at = tensor.start() + type.bytes(from);
        long end = at + type.bytes(count);
        int most = CHUNK / type.blockBytes() * type.blockBytes();
        while (at < end) {
            chunk.clear().limit((int) Math.min(most, end - at));
            fill(at);
            at += chunk.limit();
            Dequantizer.dequantize(type, chunk.flip(), out);
        }
    }

    private void fill(long at) {
        try {
            while (chunk.hasRemaining()) {
                if (channel.read(chunk, at + chunk.position()) < 0) {
                    throw new IOException("it was cut short while it was read");
                }
            }
        } catch (IOException e) {
            throw new HeedException("cannot read %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new HeedException("cannot read %s: %s".formatted(file, e.getMessage()), e);
        }
    }
}
