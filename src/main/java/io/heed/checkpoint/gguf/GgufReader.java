package io.heed.checkpoint.gguf;

import io.heed.HeedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the header of a file: the numbers of keys and tensors, the keys with their values, the tensors' names, shapes, types and places.
 * Nothing in it is trusted.
 */
final class GgufReader {

    /** The first four bytes, {@code GGUF}. */
    static final long MAGIC = 0x46554747;

    /** Tensors start at multiples of this many bytes, unless a key says otherwise. */
    static final int ALIGNMENT = 32;

    static final String ALIGNMENT_KEY = "general.alignment";

    private static final int MOST_DIMENSIONS = 4;
    private static final int HEADER_BYTES = 24;

    /** The fewest bytes of a key: an empty name, and the smallest value. */
    private static final int KEY_BYTES = Long.BYTES + Integer.BYTES + Byte.BYTES;

    /** The fewest bytes of a tensor: an empty name, and one dimension. */
    private static final int TENSOR_BYTES = Long.BYTES + Integer.BYTES + Long.BYTES + Integer.BYTES + Long.BYTES;

    private final Path file;
    private final FileCursor in;

    GgufReader(Path file, FileChannel channel) throws IOException {
        this.file = file;
        in = new FileCursor(file, channel);
    }

    GgufFile read() throws IOException {
        if (in.size() < HEADER_BYTES) {
            throw in.broken("its %d bytes are too few for a header".formatted(in.size()));
        }
        if (in.readCount32() != MAGIC) {
            throw in.broken("it does not start with GGUF");
        }
        requireVersion(in.readCount32());
        int tensors = in.readCount("tensors", TENSOR_BYTES);
        int keys = in.readCount("keys", KEY_BYTES);
        GgufMetadata metadata = new GgufMetadata(file, keys(keys));
        return new GgufFile(file, metadata, tensors(tensors, alignment(metadata)));
    }

    private void requireVersion(long version) {
        if (version == 2 || version == 3) {
            return;
        }
        if ((version & 0xFFFF) == 0 && version != 0) {
            throw new HeedException("%s is a big-endian GGUF file, and Heed reads little-endian ones".formatted(file));
        }
        throw new HeedException(
                "%s is a GGUF file of version %d, and Heed reads versions 2 and 3".formatted(file, version));
    }

    private Map<String, GgufMetadata.Value> keys(int count) throws IOException {
        Map<String, GgufMetadata.Value> keys = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            in.reads("key %d of %d".formatted(i + 1, count));
            String key = in.readText();
            in.reads("the key " + key);
            if (keys.put(key, value(type())) != null) {
                throw in.wrong("occurs twice");
            }
        }
        return keys;
    }

    private ValueType type() throws IOException {
        long id = in.readCount32();
        return ValueType.of(id).orElseThrow(() -> in.wrong("has the type %d, and types go from 0 to 12".formatted(id)));
    }

    private GgufMetadata.Value value(ValueType type) throws IOException {
        return switch (type) {
            case STRING -> new GgufMetadata.Value(type, in.readText());
            case ARRAY -> new GgufMetadata.Value(type, array());
            default -> {
                NumberArray number = numbers(type, 1);
                yield new GgufMetadata.Value(
                        type,
                        type == ValueType.BOOL
                                ? (Object) (number.whole(0) == 1)
                                : type.isReal() ? (Object) number.real(0) : (Object) number.whole(0));
            }
        };
    }

    private Object array() throws IOException {
        ValueType type = type();
        if (type == ValueType.ARRAY) {
            throw in.wrong("is an array of arrays, which no model needs");
        }
        int count = in.readCount("values of type " + type, type.bytes());
        if (type != ValueType.STRING) {
            return numbers(type, count);
        }
        List<String> texts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            texts.add(in.readText());
        }
        return List.copyOf(texts);
    }

    private NumberArray numbers(ValueType type, int count) throws IOException {
        long bytes = (long) count * type.bytes();
        if (bytes > Integer.MAX_VALUE - 8) {
            throw in.wrong("has %d numbers, more than Heed reads".formatted(count));
        }
        NumberArray numbers = new NumberArray(type, in.readBytes((int) bytes));
        for (int i = 0; type == ValueType.BOOL && i < count; i++) {
            if (numbers.whole(i) > 1) {
                throw in.wrong("has %d, not 0 or 1".formatted(numbers.whole(i)));
            }
        }
        return numbers;
    }

    private int alignment(GgufMetadata metadata) {
        if (!metadata.has(ALIGNMENT_KEY)) {
            return ALIGNMENT;
        }
        int alignment = metadata.positive(ALIGNMENT_KEY);
        if (Integer.bitCount(alignment) != 1) {
            throw metadata.wrong(ALIGNMENT_KEY, "not a power of two");
        }
        return alignment;
    }

    private Map<String, GgufTensor> tensors(int count, int alignment) throws IOException {
        List<GgufTensor> found = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            in.reads("tensor %d of %d".formatted(i + 1, count));
            String name = in.readText();
            in.reads("the tensor " + name);
            found.add(tensor(name, alignment));
        }
        long start = (in.position() + alignment - 1) / alignment * alignment;
        Map<String, GgufTensor> tensors = new LinkedHashMap<>();
        for (GgufTensor tensor : found) {
            GgufTensor placed = placed(tensor, start);
            if (tensors.put(placed.name(), placed) != null) {
                throw in.wrong("occurs twice");
            }
        }
        requireApart(found);
        return tensors;
    }

    /** A tensor with its place as the file gives it, counted from the first tensor. */
    private GgufTensor tensor(String name, int alignment) throws IOException {
        long dimensions = in.readCount32();
        if (dimensions < 1 || dimensions > MOST_DIMENSIONS) {
            throw in.wrong("has %d dimensions, and tensors have 1 to %d".formatted(dimensions, MOST_DIMENSIONS));
        }
        long[] shape = new long[(int) dimensions];
        for (int i = shape.length - 1; i >= 0; i--) { // the file lists the innermost dimension first
            shape[i] = in.readCount64();
        }
        long id = in.readCount32();
        TensorType type = TensorType.of(id)
                .orElseThrow(() -> new HeedException("%s: the tensor %s is of type %s, and Heed reads %s"
                        .formatted(file, FileCursor.shown(name), TensorType.nameOf(id), TensorType.all())));
        requireFits(type, shape);
        long offset = in.readCount64();
        if (offset < 0 || offset % alignment != 0) {
            throw in.wrong("starts at %s, not at a multiple of %d".formatted(Long.toUnsignedString(offset), alignment));
        }
        return new GgufTensor(name, type, shape, offset);
    }

    /** Checks that a row is whole blocks, and that the file has bytes for all of them. */
    private void requireFits(TensorType type, long[] shape) {
        long most = in.size() / type.blockBytes() * type.blockNumbers();
        long numbers = 1;
        for (long dimension : shape) {
            if (dimension < 1 || dimension > most / numbers) {
                throw in.wrong("has a dimension of %s, and the file has %d bytes"
                        .formatted(Long.toUnsignedString(dimension), in.size()));
            }
            numbers *= dimension;
        }
        if (shape[shape.length - 1] % type.blockNumbers() != 0) {
            throw in.wrong("has rows of %d numbers, and %s has blocks of %d"
                    .formatted(shape[shape.length - 1], type, type.blockNumbers()));
        }
    }

    private GgufTensor placed(GgufTensor tensor, long start) {
        in.reads("the tensor " + tensor.name());
        long room = in.size() - start;
        if (tensor.start() > room || tensor.bytes() > room - tensor.start()) {
            throw in.wrong("has %d bytes from %d on, and the file's tensors have %d"
                    .formatted(tensor.bytes(), tensor.start(), Math.max(room, 0)));
        }
        return new GgufTensor(tensor.name(), tensor.type(), tensor.shape(), start + tensor.start());
    }

    private void requireApart(List<GgufTensor> tensors) {
        List<GgufTensor> sorted = new ArrayList<>(tensors);
        sorted.sort(Comparator.comparingLong(GgufTensor::start));
        for (int i = 1; i < sorted.size(); i++) {
            GgufTensor before = sorted.get(i - 1);
            if (before.start() + before.bytes() > sorted.get(i).start()) {
                in.reads("the tensor " + sorted.get(i).name());
                throw in.wrong("starts within " + FileCursor.shown(before.name()));
            }
        }
    }
}
