package io.heed.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.heed.HeedException;
import io.heed.checkpoint.family.Family;
import io.heed.checkpoint.family.StoredAs;
import io.heed.kernels.NumberFormat;
import io.heed.model.Weight;
import io.heed.model.WeightPlan;
import io.heed.model.shape.ModelConfig;
import io.heed.text.Visible;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
 */
final class StoredTensors {

    static final String FILE = "model.safetensors";
    static final String INDEX = "model.safetensors.index.json";

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
        JsonNode map = JsonFile.large(index).path("weight_map");
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

    /** The number of all numbers. */
    long numbers() {
        return tensors.values().stream()
                .mapToLong(tensor -> new Shape(tensor.shape()).size())
                .sum();
    }

    /** Whether all tensors are in bfloat16. */
    boolean areBfloat16() {
        return tensors.values().stream().allMatch(tensor -> tensor.type().equals("BF16"));
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
     * Reads a weight.
     *
     * @param owner the manager that owns the array
     * @param shape the expected shape
     * @return the weight in the given format; matrices that the family stores (out, in) are a view of that
     * @throws HeedException if it is missing, has another shape or type, or a number is not finite
     */
    NDArray read(NDManager owner, Weight weight, Shape shape, NumberFormat format, TensorLoader loader) {
        StoredAs stored = family.stored(weight, config);
        List<Shape> shapes = stored.shapes(shape, config);
        List<Safetensors.Stored> found = new ArrayList<>();
        for (int i = 0; i < shapes.size(); i++) {
            found.add(require(stored.tensors().get(i), shapes.get(i)));
        }
        try (NDManager reading = owner.newSubManager()) {
            NDArray rows = loader.empty(reading, joined(shapes), format); // one tensor after the other
            long start = 0;
            for (int i = 0; i < shapes.size(); i++) {
                loader.read(found.get(i), stored.tensors().get(i), rows, format, start);
                start += shapes.get(i).size();
            }
            NDArray planned = stored.planned(rows, config);
            planned.attach(owner);
            return planned;
        }
    }

    /** The shape of arrays that follow each other along their first axis. */
    private static Shape joined(List<Shape> shapes) {
        long[] all = shapes.get(0).getShape().clone();
        all[0] = shapes.stream().mapToLong(shape -> shape.get(0)).sum();
        return new Shape(all);
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
        if (shape.size() > LARGEST) {
            throw new HeedException("%s: %s has %d numbers and Heed reads tensors of up to %d"
                    .formatted(tensor.file(), name, shape.size(), LARGEST));
        }
        return tensor;
    }
}
