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
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
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

    private static final String METADATA = "__metadata__";

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
                throw broken(file, "its %d bytes are too few for a header".formatted(size));
            }
            long headerLength = bytes(channel, 0, Long.BYTES).getLong();
            if (headerLength < 2 || headerLength > Math.min(LONGEST_HEADER, size - Long.BYTES)) {
                throw broken(file, "its header claims %d bytes and the file has %d".formatted(headerLength, size));
            }
            byte[] header = bytes(channel, Long.BYTES, (int) headerLength).array();
            Index index = index(new Source(file, Long.BYTES + headerLength, size), header);
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

    /** A file, and where its data start and end. */
    private record Source(Path file, long dataStart, long end) {

        long size() {
            return end - dataStart;
        }
    }

    private static Index index(Source source, byte[] header) {
        Path file = source.file;
        JsonNode root;
        try {
            root = JSON.readTree(header);
        } catch (JacksonException e) {
            throw broken(file, "its header is not JSON");
        }
        if (!root.isObject()) {
            throw broken(file, "its header is not a JSON object");
        }
        Map<String, Stored> tensors = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        List<long[]> ranges = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : root.properties()) {
            if (entry.getKey().equals(METADATA)) {
                entry.getValue()
                        .properties()
                        .forEach(about ->
                                metadata.put(about.getKey(), about.getValue().asString("")));
            } else {
                tensors.put(entry.getKey(), tensor(source, entry.getKey(), entry.getValue(), ranges));
            }
        }
        ranges.sort(Comparator.<long[]>comparingLong(range -> range[0]).thenComparingLong(range -> range[1]));
        long end = 0;
        for (long[] range : ranges) {
            if (range[0] != end) {
                throw broken(file, "its tensors overlap or leave a gap at byte %d of the data".formatted(end));
            }
            end = range[1];
        }
        if (end != source.size()) {
            throw broken(file, "its tensors end at byte %d and its data at byte %d".formatted(end, source.size()));
        }
        return new Index(tensors, metadata);
    }

    /** The CRC-32C (RFC 3720) of the bytes of some tensors, one after the other. */
    private static String sum(Collection<StoredArray> tensors) {
        CRC32C sum = new CRC32C();
        tensors.forEach(tensor -> sum.update(tensor.bytes().duplicate()));
        return "%08x".formatted(sum.getValue());
    }

    private static Stored tensor(Source source, String name, JsonNode entry, List<long[]> ranges) {
        Path file = source.file;
        JsonNode type = entry.path("dtype");
        JsonNode offsets = entry.path("data_offsets");
        if (!type.isString() || !entry.path("shape").isArray() || !offsets.isArray() || offsets.size() != 2) {
            throw broken(file, "the header of %s lacks dtype, shape or data_offsets".formatted(name));
        }
        long start = whole(file, name, offsets.get(0));
        long end = whole(file, name, offsets.get(1));
        long[] shape = new long[entry.path("shape").size()];
        long numbers = 1;
        for (int i = 0; i < shape.length; i++) {
            shape[i] = whole(file, name, entry.path("shape").get(i));
            if (shape[i] != 0 && numbers > Integer.MAX_VALUE / shape[i]) {
                throw broken(file, "%s claims more numbers than a file can hold".formatted(name));
            }
            numbers *= shape[i];
        }
        if (end > source.size() || start > end) {
            throw broken(
                    file,
                    "%s claims bytes %d to %d of %d; the file is cut short or damaged"
                            .formatted(name, start, end, source.size()));
        }
        long width = width(file, name, type.stringValue());
        if (numbers * width != end - start) {
            throw broken(
                    file,
                    "%s has shape %s of %s and %d bytes"
                            .formatted(name, Arrays.toString(shape), type.stringValue(), end - start));
        }
        ranges.add(new long[] {start, end});
        return new Stored(file, source.dataStart + start, type.stringValue(), shape, end - start);
    }

    private static long whole(Path file, String name, JsonNode number) {
        if (!number.isIntegralNumber() || !number.canConvertToLong() || number.longValue() < 0) {
            throw broken(file, "the header of %s has %s where a whole number belongs".formatted(name, number));
        }
        return number.longValue();
    }

    private static int width(Path file, String name, String type) {
        int width = width(type);
        if (width == 0) {
            throw broken(file, "%s has the unknown type %s".formatted(name, type));
        }
        return width;
    }

    /** The bytes per number of a type, or 0 if there is no such type. */
    private static int width(String type) {
        return switch (type) {
            case "BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3" -> 1;
            case "I16", "U16", "F16", "BF16" -> 2;
            case "I32", "U32", "F32" -> 4;
            case "I64", "U64", "F64" -> 8;
            default -> 0;
        };
    }

    private static HeedException broken(Path file, String why) {
        String oneLine = why.replaceAll("\\p{Cntrl}", " "); // names in a file are untrusted
        return new HeedException("%s is not a safetensors file: %s".formatted(file, oneLine));
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
            long end = offset + numbers * width(entry.type());
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
