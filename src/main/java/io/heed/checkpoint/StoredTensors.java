package io.heed.checkpoint;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.heed.Float16;
import io.heed.HeedException;
import io.heed.checkpoint.family.Family;
import io.heed.checkpoint.family.StoredAs;
import io.heed.model.Weight;
import io.heed.model.WeightPlan;
import io.heed.model.shape.ModelConfig;
import io.heed.text.Visible;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * The tensors of a Hugging Face folder, which hold a model's weights: in one safetensors file or several listed in an
 * index; in float32, float16, bfloat16 or float64 (rounded to float32); with or without the prefix of their family.
 *
 * <p>Each is read directly into the array that keeps it.
 */
final class StoredTensors {

    static final String FILE = "model.safetensors";
    static final String INDEX = "model.safetensors.index.json";

    private static final int BLOCK = 1 << 20;

    /** The most numbers a buffer can show; it would silently show only part of a longer array. */
    private static final int LARGEST = Integer.MAX_VALUE / Float.BYTES;

    private final Path file;
    private final Family family;
    private final ModelConfig config;
    private final Map<String, Safetensors.Stored> tensors;

    private StoredTensors(Path file, Family family, ModelConfig config, Map<String, Safetensors.Stored> tensors) {
        this.file = file;
        this.family = family;
        this.config = config;
        this.tensors = tensors;
    }

    /** Whether a folder has weights that Heed can read. */
    static boolean areIn(Path folder) {
        return Files.isRegularFile(folder.resolve(FILE)) || Files.isRegularFile(folder.resolve(INDEX));
    }

    /**
     * Finds the weights of a folder.
     *
     * @throws HeedException naming the file and what is wrong with it
     */
    static StoredTensors in(Path folder, Family family, ModelConfig config) {
        if (Files.isRegularFile(folder.resolve(FILE))) {
            Path file = folder.resolve(FILE);
            return new StoredTensors(
                    file, family, config, bare(Safetensors.index(file).tensors(), family, file));
        }
        Path index = folder.resolve(INDEX);
        JsonNode map = ModelFolder.longJson(index).path("weight_map");
        if (!map.isObject()) {
            throw new HeedException("%s has no weight_map, which names the file of each tensor".formatted(index));
        }
        Map<String, Map<String, Safetensors.Stored>> shards = new HashMap<>();
        Map<String, Safetensors.Stored> all = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            String shard = entry.getValue().asString("");
            if (!shard.matches("[A-Za-z0-9._-]+\\.safetensors")) {
                throw new HeedException(
                        "%s: weight_map has %s where the name of a safetensors file in the folder belongs"
                                .formatted(index, Visible.text(entry.getValue().toString())));
            }
            Safetensors.Stored tensor = shards.computeIfAbsent(
                            shard,
                            name -> Safetensors.index(folder.resolve(name)).tensors())
                    .get(entry.getKey());
            if (tensor == null) {
                throw new HeedException("%s has no tensor %s, which %s says it has"
                        .formatted(folder.resolve(shard), Visible.text(entry.getKey()), INDEX));
            }
            all.put(entry.getKey(), tensor);
        }
        return new StoredTensors(index, family, config, bare(all, family, index));
    }

    /** Returns the tensors by their names without the prefix, except those to ignore. */
    private static Map<String, Safetensors.Stored> bare(
            Map<String, Safetensors.Stored> tensors, Family family, Path file) {
        Map<String, Safetensors.Stored> bare = new LinkedHashMap<>();
        String prefix = family.prefix();
        tensors.forEach((full, tensor) -> {
            String name = full.startsWith(prefix) ? full.substring(prefix.length()) : full;
            if (!family.ignores(name) && bare.put(name, tensor) != null) {
                throw new HeedException(
                        "%s has %s both with and without the prefix %s".formatted(file, Visible.text(name), prefix));
            }
        });
        return bare;
    }

    /** Notes to the user about how the tensors are read, one sentence each. */
    List<String> notes() {
        return tensors.values().stream().anyMatch(tensor -> tensor.type().equals("F64"))
                ? List.of("%s has float64 weights; they are read as float32".formatted(file))
                : List.of();
    }

    /** The number of tensors. */
    int count() {
        return tensors.size();
    }

    /**
     * Checks that every tensor belongs to a model.
     *
     * @throws HeedException naming it
     */
    void requireOnly(WeightPlan plan) {
        Set<String> wanted = plan.weights().stream()
                .flatMap(weight -> family.stored(weight, config).tensors().stream())
                .collect(Collectors.toSet());
        wanted.add(family.head()); // a tied head's is E once more
        for (String name : tensors.keySet()) {
            if (!wanted.contains(name)) {
                throw new HeedException("%s: the tensor %s is not supported; %s of this config.json has none"
                        .formatted(file, Visible.text(name), family.architecture()));
            }
        }
    }

    /** Whether the family stores a weight. */
    boolean has(Weight weight) {
        return !family.stored(weight, config).tensors().isEmpty();
    }

    /**
     * Reads weights as float32.
     *
     * @param owner the manager that owns the array
     * @param shape the expected shape
     * @throws HeedException if they are missing, have another shape or type, or are not finite
     */
    NDArray read(NDManager owner, Weight weight, Shape shape) {
        StoredAs stored = family.stored(weight, config);
        List<Shape> shapes = stored.shapes(shape, config);
        if (stored.isAsPlanned()) {
            return read(owner, stored.tensors().get(0), shape);
        }
        NDArray whole = owner.create(shape, DataType.FLOAT32, owner.getDevice());
        long from = 0;
        for (int i = 0; i < shapes.size(); i++) {
            try (NDManager reading = owner.newSubManager()) {
                NDArray part = stored.planned(read(reading, stored.tensors().get(i), shapes.get(i)), config);
                long to = from + part.getShape().get(part.getShape().dimension() - 1);
                whole.set(new NDIndex("..., {}:{}", from, to), part);
                from = to;
            }
        }
        return whole;
    }

    private NDArray read(NDManager owner, String name, Shape shape) {
        Safetensors.Stored tensor = require(name, shape);
        if (shape.size() > LARGEST) {
            throw new HeedException("%s: %s has %d numbers and Heed reads tensors of up to %d"
                    .formatted(tensor.file(), name, shape.size(), LARGEST));
        }
        NDArray array = owner.create(shape, DataType.FLOAT32, Device.cpu());
        ByteBuffer values = array.toByteBuffer(true).order(ByteOrder.LITTLE_ENDIAN); // its own memory, not yet written
        try (FileChannel channel = FileChannel.open(tensor.file(), StandardOpenOption.READ)) {
            switch (tensor.type()) {
                case "F32" -> fill(channel, tensor.start(), values);
                case "F16" -> convert(channel, tensor, values, Short.BYTES, (b, at) -> Float16.toFloat(b.getShort(at)));
                case "BF16" ->
                    convert(
                            channel,
                            tensor,
                            values,
                            Short.BYTES,
                            (b, at) -> Float.intBitsToFloat(b.getShort(at) << 16));
                case "F64" -> convert(channel, tensor, values, Double.BYTES, (b, at) -> (float) b.getDouble(at));
                default ->
                    throw new HeedException("%s: %s is %s where F32, F16, BF16 or F64 is needed"
                            .formatted(tensor.file(), name, tensor.type()));
            }
        } catch (IOException e) {
            throw new HeedException("cannot read %s: %s".formatted(tensor.file(), e.getMessage()), e);
        }
        requireNumbers(array, values, tensor.file(), name);
        if (owner.getDevice().isGpu()) {
            try (array) {
                NDArray there = array.toDevice(owner.getDevice(), true);
                there.attach(owner);
                return there;
            }
        }
        return array;
    }

    /**
     * Checks that the tensors of a weight exist and have its shape.
     *
     * @throws HeedException if it is missing or has another shape
     */
    void require(Weight weight) {
        StoredAs stored = family.stored(weight, config);
        List<Shape> shapes = stored.shapes(weight.shape(), config);
        for (int i = 0; i < shapes.size(); i++) {
            require(stored.tensors().get(i), shapes.get(i));
        }
    }

    private Safetensors.Stored require(String name, Shape shape) {
        Safetensors.Stored tensor = tensors.get(name);
        if (tensor == null) {
            throw new HeedException("%s has no tensor %s".formatted(file, family.fullName(name)));
        }
        if (!Arrays.equals(tensor.shape(), shape.getShape())) {
            throw new HeedException("%s: %s has shape %s where config.json makes it %s"
                    .formatted(
                            tensor.file(), name, Arrays.toString(tensor.shape()), Arrays.toString(shape.getShape())));
        }
        return tensor;
    }

    /**
     * Checks that all numbers are finite: if their sum is, they are; if it is not, it may have overflowed, so each is
     * checked.
     */
    private static void requireNumbers(NDArray array, ByteBuffer values, Path file, String name) {
        try (NDArray sum = array.sum()) {
            if (Float.isFinite(sum.getFloat())) {
                return;
            }
        }
        for (int at = 0; at < values.capacity(); at += Float.BYTES) {
            if (!Float.isFinite(values.getFloat(at))) {
                throw new HeedException(
                        "%s: number %d of %s is %s".formatted(file, at / Float.BYTES, name, values.getFloat(at)));
            }
        }
    }

    private static void fill(FileChannel channel, long start, ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (channel.read(into, start + into.position()) < 0) {
                throw new IOException("it was cut short while it was read");
            }
        }
        into.flip();
    }

    /** Reads the number at a byte offset of a block. */
    private interface NumberAt {
        float of(ByteBuffer block, int at);
    }

    private static void convert(
            FileChannel channel, Safetensors.Stored tensor, ByteBuffer into, int width, NumberAt number)
            throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
        for (long done = 0; done < tensor.bytes(); done += block.limit()) {
            block.clear().limit((int) Math.min(BLOCK, tensor.bytes() - done));
            fill(channel, tensor.start() + done, block.slice(0, block.limit()));
            for (int at = 0; at < block.limit(); at += width) {
                into.putFloat(number.of(block, at));
            }
        }
        into.flip();
    }
}
