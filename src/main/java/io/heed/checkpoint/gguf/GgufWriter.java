package io.heed.checkpoint.gguf;

import io.heed.AtomicFile;
import io.heed.HeedException;
import io.heed.text.Visible;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes GGUF files, version 3, completely or not at all; tensors are copied a few rows at a time. */
final class GgufWriter {

    /** About how many numbers are written at once. */
    private static final int CHUNK = 1 << 16;

    /** Supplies a tensor's numbers in order. */
    @FunctionalInterface
    interface Numbers {
        /**
         * Puts numbers into a buffer until it is full.
         *
         * @param from the index of the first
         * @param out takes float32, little-endian
         */
        void read(long from, ByteBuffer out) throws IOException;
    }

    /**
     * A tensor to write.
     *
     * @param type F32, F16 or Q8_0, the last only for rows of whole blocks
     * @param shape its dimensions, the innermost last
     * @param numbers supplies its numbers
     */
    record NewTensor(String name, TensorType type, long[] shape, Numbers numbers) {

        private long count() {
            return new GgufTensor(name, type, shape, 0).numbers();
        }
    }

    private final OutputStream out;
    private long written;

    private GgufWriter(OutputStream out) {
        this.out = out;
    }

    /**
     * Writes a file.
     *
     * @throws HeedException if it cannot be written, or a tensor's type cannot hold its numbers
     */
    static void write(Path file, Map<String, GgufMetadata.Value> metadata, List<NewTensor> tensors) {
        AtomicFile.write(file, out -> new GgufWriter(out).write(metadata, tensors));
    }

    private void write(Map<String, GgufMetadata.Value> metadata, List<NewTensor> tensors) throws IOException {
        put32(GgufReader.MAGIC);
        put32(3);
        put64(tensors.size());
        put64(metadata.size());
        for (Map.Entry<String, GgufMetadata.Value> key : metadata.entrySet()) {
            putText(key.getKey());
            putValue(key.getValue());
        }
        long offset = 0;
        for (NewTensor tensor : tensors) {
            putText(tensor.name);
            put32(tensor.shape.length);
            for (int i = tensor.shape.length - 1; i >= 0; i--) {
                put64(tensor.shape[i]);
            }
            put32(tensor.type.id());
            put64(offset);
            offset += padded(tensor.type.bytes(tensor.count()));
        }
        pad();
        for (NewTensor tensor : tensors) {
            putNumbers(tensor);
            pad();
        }
    }

    private static long padded(long bytes) {
        return (bytes + GgufReader.ALIGNMENT - 1) / GgufReader.ALIGNMENT * GgufReader.ALIGNMENT;
    }

    private void pad() throws IOException {
        put(new byte[(int) (padded(written) - written)]);
    }

    private void putNumbers(NewTensor tensor) throws IOException {
        ByteBuffer numbers = ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer blocks = ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        long count = tensor.count();
        for (long from = 0; from < count; from += CHUNK) {
            numbers.clear().limit((int) Math.min(CHUNK, count - from) * Float.BYTES);
            tensor.numbers.read(from, numbers);
            try {
                Quantizer.quantize(tensor.type, numbers.flip(), blocks.clear());
            } catch (HeedException e) {
                throw new HeedException("%s: %s".formatted(Visible.text(tensor.name), e.getMessage()), e);
            }
            put(blocks.array(), blocks.position());
        }
    }

    private void putValue(GgufMetadata.Value value) throws IOException {
        put32(value.type().id());
        if (value.value() instanceof List<?> texts) {
            put32(ValueType.STRING.id());
            put64(texts.size());
            for (Object text : texts) {
                putText((String) text);
            }
        } else if (value.value() instanceof NumberArray numbers) {
            put32(numbers.type().id());
            put64(numbers.length());
            put(numbers.bytes());
        } else {
            putScalar(value);
        }
    }

    private void putScalar(GgufMetadata.Value value) throws IOException {
        switch (value.type()) {
            case STRING -> putText((String) value.value());
            case BOOL -> put(new byte[] {(byte) ((Boolean) value.value() ? 1 : 0)});
            case UINT32, INT32 -> put32((Long) value.value());
            case UINT64, INT64 -> put64((Long) value.value());
            case FLOAT32 -> put32(Float.floatToRawIntBits(((Double) value.value()).floatValue()));
            default -> throw new IllegalArgumentException("%s can be read, but not written".formatted(value.type()));
        }
    }

    private void putText(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        put64(bytes.length);
        put(bytes);
    }

    private void put32(long number) throws IOException {
        put(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) number)
                .array());
    }

    private void put64(long number) throws IOException {
        put(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(number)
                .array());
    }

    private void put(byte[] bytes) throws IOException {
        put(bytes, bytes.length);
    }

    private void put(byte[] bytes, int count) throws IOException {
        out.write(bytes, 0, count);
        written += count;
    }
}
