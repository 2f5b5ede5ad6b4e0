package io.heed.checkpoint;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.heed.Float16;
import io.heed.HeedException;
import io.heed.kernels.EngineThreads;
import io.heed.kernels.Kernels;
import io.heed.kernels.NumberFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads tensors from files into arrays of the engine: straight into an array's memory if the file has the same number format, otherwise
 * a block at a time, which the engine converts. So loading takes no more memory than the arrays and a block. Until the loader is closed,
 * the engine uses one thread: blocks are small, and on a busy machine several threads would wait for one another at each.
 */
final class TensorLoader implements AutoCloseable {

    /** The numbers read at once: few enough to be summed while they are in the processor's cache. */
    private static final int BLOCK = 1 << 20;

    private static final Map<String, NumberFormat> FORMATS = Map.of(
            "F32", NumberFormat.FLOAT32,
            "F16", NumberFormat.FLOAT16,
            "BF16", NumberFormat.BFLOAT16,
            "F64", NumberFormat.FLOAT64);

    private final Kernels kernels;
    private final NDManager blocks;
    private final EngineThreads.Limit oneThread;
    private @Nullable Packer packer;
    private final Map<NumberFormat, NDArray> blockOf = new EnumMap<>(NumberFormat.class);

    /**
     * Creates a loader.
     *
     * @param owner the manager of its blocks, which are freed when it is closed
     */
    TensorLoader(NDManager owner, Kernels kernels) {
        this.kernels = kernels;
        blocks = owner.newSubManager(Device.cpu());
        oneThread = EngineThreads.during(1);
    }

    /** Returns an array to read into. */
    NDArray empty(NDManager owner, Shape shape, NumberFormat format) {
        return kernels.empty(owner, shape, format);
    }

    /** What packs matrices in int8. */
    Packer packer() {
        if (packer == null) {
            packer = new Packer(kernels.packed());
        }
        return packer;
    }

    /** Waits until everything is read and packed. */
    void finish() {
        if (packer != null) {
            packer.finish();
        }
    }

    /**
     * Reads a tensor.
     *
     * @param name its name, for messages
     * @param array where its numbers go, laid out row by row
     * @param format the array's format
     * @param start the first number of the array to set, counted row by row
     * @throws HeedException if it has another type than a number's, or a number is not finite
     */
    void read(Safetensors.Stored tensor, String name, NDArray array, NumberFormat format, long start) {
        NumberFormat stored = FORMATS.get(tensor.type());
        if (stored == null) {
            throw new HeedException(
                    "%s: %s is %s where F32, F16, BF16 or F64 is needed".formatted(tensor.file(), name, tensor.type()));
        }
        long count = tensor.bytes() / stored.bytes();
        boolean shown = array.size() <= Integer.MAX_VALUE / format.bytes(); // a buffer shows only part of more
        boolean straight = stored == format && shown && !array.getDevice().isGpu();
        ByteBuffer memory = straight ? Kernels.memory(array) : null;
        try (FileChannel channel = FileChannel.open(tensor.file(), StandardOpenOption.READ)) {
            for (long done = 0; done < count; done += BLOCK) {
                Range range = new Range(tensor.start() + done * stored.bytes(), Math.min(BLOCK, count - done), stored);
                float sum = memory == null
                        ? convert(channel, range, array, start + done)
                        : fill(channel, range, memory, array, start + done);
                if (!Float.isFinite(sum)) { // a number may be none, or the sum has overflowed
                    requireNumbers(channel, range, tensor, name, done);
                }
            }
        } catch (IOException e) {
            throw new HeedException("cannot read %s: %s".formatted(tensor.file(), e.getMessage()), e);
        }
    }

    /** A part of a tensor. */
    private record Range(long at, long count, NumberFormat format) {

        int bytes() {
            return (int) count * format.bytes();
        }
    }

    private float fill(FileChannel channel, Range range, ByteBuffer memory, NDArray array, long start)
            throws IOException {
        int first = Math.toIntExact(start * range.format.bytes());
        fill(channel, range, memory.slice(first, range.bytes()));
        return kernels.total(array, start, range.count);
    }

    private float convert(FileChannel channel, Range range, NDArray array, long start) throws IOException {
        NDArray block =
                blockOf.computeIfAbsent(range.format, format -> kernels.empty(blocks, new Shape(BLOCK), format));
        fill(channel, range, Kernels.memory(block).slice(0, range.bytes()));
        return kernels.put(array, start, block, range.count);
    }

    private static void fill(FileChannel channel, Range range, ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (channel.read(into, range.at + into.position()) < 0) {
                throw new IOException("it was cut short while it was read");
            }
        }
    }

    private static void requireNumbers(
            FileChannel channel, Range range, Safetensors.Stored tensor, String name, long before) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(range.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        fill(channel, range, bytes);
        for (int i = 0; i < range.count; i++) {
            float number = number(bytes, i * range.format.bytes(), range.format);
            if (!Float.isFinite(number)) {
                throw new HeedException("%s: number %d of %s is %s".formatted(tensor.file(), before + i, name, number));
            }
        }
    }

    private static float number(ByteBuffer bytes, int at, NumberFormat format) {
        return switch (format) {
            case FLOAT32 -> bytes.getFloat(at);
            case FLOAT16 -> Float16.toFloat(bytes.getShort(at));
            case BFLOAT16 -> Float.intBitsToFloat(bytes.getShort(at) << Short.SIZE);
            case FLOAT64 -> (float) bytes.getDouble(at);
            case INT8 -> bytes.get(at);
        };
    }

    @Override
    public void close() {
        try (EngineThreads.Limit limit = oneThread;
                Packer unfinished = packer) {
            blocks.close();
        }
    }
}
