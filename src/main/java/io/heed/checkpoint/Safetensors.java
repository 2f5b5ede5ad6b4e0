package io.heed.checkpoint;

import io.heed.HeedException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes the safetensors format: eight bytes of header length, a JSON header, and the tensors' bytes,
 * little-endian.
 *
 * <p>Files are untrusted: the header must fit the file, and each tensor must match its shape, lie within the data and
 * not overlap others.
 */
public final class Safetensors {

    /** The longest header accepted, as in the format's own reader. */
    private static final long LONGEST_HEADER = 100_000_000;

    /** The header's key of what a file says of itself. */
    static final String METADATA = "__metadata__";

    /** The key in {@code __metadata__} of the data's checksum. */
    private static final String SUM = "crc32c";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Safetensors() {}

    /**
     * One tensor of a file.
     *
     * @param type its type in the format's terms, such as {@code F32}
     * @param shape its dimensions
     * @param bytes its numbers, little-endian, a view of the file
     */
    public record StoredArray(String type, long[] shape, ByteBuffer bytes) {

        /** Returns the values of a float32 tensor; throws for another type. */
        public float[] floats() {
            require("F32");
            float[] values = new float[bytes.remaining() / Float.BYTES];
            bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
            return values;
        }

        /** Returns the values of an int64 tensor; throws for another type. */
        public long[] longs() {
            require("I64");
            long[] values = new long[bytes.remaining() / Long.BYTES];
            bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(values);
            return values;
        }

        private void require(String wanted) {
            if (!type.equals(wanted)) {
                throw new HeedException("a tensor is %s where %s is needed".formatted(type, wanted));
            }
        }
    }

    /**
     * The content of a file.
     *
     * @param tensors its tensors by name
     * @param metadata the entries of its {@code __metadata__}
     */
    public record Content(Map<String, StoredArray> tensors, Map<String, String> metadata) {}

    /**
     * A tensor's location in a file.
     *
     * @param file the file
     * @param start the offset of the tensor's first byte
     * @param type its type in the format's terms, such as {@code F32}
     * @param shape its dimensions
     * @param bytes the number of its bytes
     */
    record Stored(Path file, long start, String type, long[] shape, long bytes) {

        StoredArray map(FileChannel channel) throws IOException {
            return new StoredArray(type, shape, channel.map(FileChannel.MapMode.READ_ONLY, start, bytes));
        }
    }

    /** The checked header of a file. */
    record Index(Map<String, Stored> tensors, Map<String, String> metadata) {}

    /** The number of bytes read at once. */
    private static final int BLOCK = 1 << 20;

    /**
     * Opens a file's tensors, which stay on disk until they are accessed. A file that {@link #write} wrote is checked
     * against its checksum.
     *
     * @throws HeedException if the file is missing, cut short, damaged or not of this format
     */
    public static Content open(Path file) {
        return opened(file, (channel, index) -> {
            Map<String, StoredArray> tensors = new LinkedHashMap<>();
            for (Map.Entry<String, Stored> entry : index.tensors.entrySet()) {
                tensors.put(entry.getKey(), entry.getValue().map(channel));
            }
            return new Content(tensors, index.metadata);
        });
    }

    /** Opens a file's tensors, as {@link #open} does. */
    public static Map<String, StoredArray> read(Path file) {
        return open(file).tensors();
    }

    /** Reads a file's header, with the same checks as {@link #open}. */
    static Index index(Path file) {
        return opened(file, (channel, index) -> index);
    }

    private interface Opened<T> {
        T with(FileChannel channel, Index index) throws IOException;
    }

    private static <T> T opened(Path file, Opened<T> use) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size < Long.BYTES) {
                throw SafetensorsHeader.broken(file, "its %d bytes are too few for a header".formatted(size));
            }
            long headerLength = bytes(channel, 0, Long.BYTES).getLong();
            if (headerLength < 2 || headerLength > Math.min(LONGEST_HEADER, size - Long.BYTES)) {
                throw SafetensorsHeader.broken(
                        file, "its header claims %d bytes and the file has %d".formatted(headerLength, size));
            }
            byte[] header = bytes(channel, Long.BYTES, (int) headerLength).array();
            Index index = new SafetensorsHeader(file, Long.BYTES + headerLength, size).read(header);
            String sum = index.metadata.get(SUM);
            if (sum != null && !sum.equals(sum(channel, Long.BYTES + headerLength))) {
                throw new HeedException("%s is damaged: its numbers do not match their checksum".formatted(file));
            }
            return use.with(channel, index);
        } catch (NoSuchFileException e) {
            throw new HeedException("%s does not exist".formatted(file), e);
        } catch (IOException | IllegalArgumentException e) {
            throw new HeedException("cannot read %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static ByteBuffer bytes(FileChannel channel, long start, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining() && channel.read(bytes, start + bytes.position()) >= 0) {}
        return bytes.flip();
    }

    /** The checksum of a file's data, which is read rather than mapped to save memory. */
    private static String sum(FileChannel channel, long start) throws IOException {
        CRC32C sum = new CRC32C();
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
        for (long at = start; channel.read(block, at) > 0; at += block.limit()) {
            sum.update(block.flip());
            block.clear().limit(BLOCK);
        }
        return "%08x".formatted(sum.getValue());
    }

    /** The CRC-32C (RFC 3720) of the bytes of some tensors, one after the other. */
    private static String sum(Collection<StoredArray> tensors) {
        CRC32C sum = new CRC32C();
        tensors.forEach(tensor -> sum.update(tensor.bytes().duplicate()));
        return "%08x".formatted(sum.getValue());
    }

    /**
     * The header entry of a tensor.
     *
     * @param name its name
     * @param type its type in the format's terms, such as {@code F32}
     * @param shape its dimensions
     */
    public record Entry(String name, String type, long[] shape) {}

    /**
     * Writes tensors, in this order, and a checksum by which reading detects damage.
     *
     * @param metadata the entries of {@code __metadata__}, such as {@code format: pt}
     */
    public static void write(OutputStream out, Map<String, StoredArray> tensors, Map<String, String> metadata)
            throws IOException {
        List<Entry> entries = new ArrayList<>();
        tensors.forEach((name, tensor) -> entries.add(new Entry(name, tensor.type(), tensor.shape())));
        Map<String, String> about = new LinkedHashMap<>(metadata);
        about.put(SUM, sum(tensors.values()));
        writeHeader(out, entries, about);
        WritableByteChannel channel = Channels.newChannel(out);
        for (StoredArray tensor : tensors.values()) {
            ByteBuffer bytes = tensor.bytes().duplicate();
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    /** Writes the header of a file. The tensors' bytes must follow, in the order of the entries. */
    public static void writeHeader(OutputStream out, List<Entry> entries, Map<String, String> metadata)
            throws IOException {
        ObjectNode header = JSON.createObjectNode();
        ObjectNode about = header.putObject(METADATA);
        metadata.forEach(about::put);
        long offset = 0;
        for (Entry entry : entries) {
            ObjectNode node = header.putObject(entry.name());
            node.put("dtype", entry.type());
            Arrays.stream(entry.shape()).forEach(node.putArray("shape")::add);
            long numbers = Arrays.stream(entry.shape()).reduce(1, Math::multiplyExact);
            long end = offset + numbers * SafetensorsHeader.width(entry.type());
            node.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        byte[] json = JSON.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
        int padding = -json.length & 7; // the data start at a multiple of eight bytes
        out.write(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length + padding)
                .array());
        out.write(json);
        out.write(" ".repeat(padding).getBytes(StandardCharsets.UTF_8));
    }
}
