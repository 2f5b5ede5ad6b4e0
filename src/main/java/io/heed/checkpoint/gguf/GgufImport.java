package io.heed.checkpoint.gguf;

import io.heed.AtomicFile;
import io.heed.AtomicFolder;
import io.heed.HeedException;
import io.heed.checkpoint.Safetensors;
import io.heed.checkpoint.gguf.TensorName.Layout;
import io.heed.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a GGUF file as a Hugging Face folder: config.json, model.safetensors in float32 and, if the file has one, a tokenizer. Tensors are
 * copied a few rows at a time.
 */
public final class GgufImport {

    /** About how many numbers are copied at once. */
    private static final int CHUNK = 1 << 16;

    private final GgufFile file;
    private final GgufConfig config;
    private final ObjectNode json;
    private final Dimensions dimensions;
    private final List<TensorName> names = new ArrayList<>();

    /**
     * Reads all but the tensors of a file.
     *
     * @throws HeedException naming what is wrong or not supported
     */
    public GgufImport(Path path) {
        file = GgufFile.open(path);
        config = new GgufConfig(file);
        json = config.json();
        dimensions = Dimensions.of(config.architecture(), json);
        if (dimensions.layers() > file.tensors().size()) { // before their names are made
            throw new HeedException("%s has %d layers and only %d tensors"
                    .formatted(path, dimensions.layers(), file.tensors().size()));
        }
        boolean tied = json.path("tie_word_embeddings").asBoolean();
        config.architecture().tensors(dimensions.layers()).stream()
                .filter(name -> !(tied && name.isHead()))
                .forEach(names::add);
        requireTensors();
    }

    /** The model in words: layers, heads, width, context, tokens. */
    public String shape() {
        return "%d layers, %d heads, width %d, context %d, %d tokens"
                .formatted(
                        dimensions.layers(),
                        dimensions.heads(),
                        dimensions.width(),
                        dimensions.context(),
                        dimensions.vocabulary());
    }

    /** The kind of model, as its config.json names it. */
    public String type() {
        return config.architecture().label();
    }

    private void requireTensors() {
        Set<String> wanted = new HashSet<>();
        for (TensorName name : names) {
            wanted.add(name.gguf());
            long[] expected = dimensions.shape(name);
            if (name.layout() == Layout.TRANSPOSED) {
                expected = new long[] {expected[1], expected[0]};
            }
            long[] shape = file.tensor(name.gguf()).shape();
            if (!Arrays.equals(shape, expected)) {
                throw new HeedException("%s: the tensor %s has shape %s where the keys make it %s"
                        .formatted(file.file(), name.gguf(), Arrays.toString(shape), Arrays.toString(expected)));
            }
        }
        for (String name : file.tensors().keySet()) {
            if (!wanted.contains(name)) {
                throw new HeedException("%s: the tensor %s is not supported; Heed reads those of %s"
                        .formatted(file.file(), FileCursor.shown(name), type()));
            }
        }
    }

    /**
     * Writes a new folder, completely or not at all.
     *
     * @param readme the content of README.md
     * @return whether it has a tokenizer
     * @throws HeedException if the folder exists or cannot be written, or a number in the file is not finite
     */
    public boolean write(Path folder, String readme) {
        boolean tokenizer = file.metadata().has(GgufVocabulary.MODEL)
                && !file.metadata().text(GgufVocabulary.MODEL).equals("none");
        AtomicFolder.create(folder, made -> {
            if (tokenizer) {
                writeTokenizer(made);
            }
            fill(made.resolve("config.json"), json);
            fill(made.resolve("generation_config.json"), config.generation());
            AtomicFile.fill(made.resolve("README.md"), AtomicFile.text(readme));
            AtomicFile.write(made.resolve("model.safetensors"), this::writeTensors);
        });
        return tokenizer;
    }

    private void writeTokenizer(Path folder) {
        ObjectNode tokenizer = GgufTokenizer.json(file.metadata());
        Tokenizer.of(tokenizer.toString(), file.file() + ", its tokenizer")
                .close(); // checks that the library accepts it
        fill(folder.resolve("tokenizer.json"), tokenizer);
        fill(folder.resolve("tokenizer_config.json"), config.tokenizer(GgufVocabulary.of(file.metadata()), json));
    }

    private static void fill(Path file, JsonNode json) {
        String text = JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(json);
        AtomicFile.fill(file, AtomicFile.text(text + "\n"));
    }

    private void writeTensors(OutputStream out) throws IOException {
        List<Safetensors.Entry> entries = names.stream()
                .map(name -> new Safetensors.Entry(name.huggingFace(), "F32", dimensions.shape(name)))
                .toList();
        Safetensors.writeHeader(out, entries, Map.of("format", "pt"));
        try (TensorReader reader = new TensorReader(file.file())) {
            for (TensorName name : names) {
                GgufTensor tensor = file.tensor(name.gguf());
                switch (name.layout()) {
                    case SAME -> writeSame(reader, tensor, out);
                    case TRANSPOSED -> writeTransposed(reader, tensor, out);
                    case QUERY_PAIRS, KEY_PAIRS -> writePairs(reader, tensor, name.layout(), out);
                }
            }
        }
    }

    private void writeSame(TensorReader reader, GgufTensor tensor, OutputStream out) throws IOException {
        ByteBuffer numbers = buffer(CHUNK);
        long count = tensor.numbers();
        for (long from = 0; from < count; from += CHUNK) {
            numbers.clear().limit((int) Math.min(CHUNK, count - from) * Float.BYTES);
            reader.read(tensor, from, numbers);
            put(numbers, tensor, from, out);
        }
    }

    private void writePairs(TensorReader reader, GgufTensor tensor, Layout layout, OutputStream out)
            throws IOException {
        int row = (int) tensor.row();
        ByteBuffer numbers = buffer(row);
        for (long at = 0; at < tensor.shape()[0]; at++) {
            long from = dimensions.ggufRow(layout, at) * row;
            reader.read(tensor, from, numbers.clear());
            put(numbers, tensor, from, out);
        }
    }

    private void writeTransposed(TensorReader reader, GgufTensor tensor, OutputStream out) throws IOException {
        if (tensor.numbers() > Integer.MAX_VALUE / Float.BYTES) {
            throw new HeedException("%s: the tensor %s has %d numbers, more than Heed can transpose"
                    .formatted(file.file(), tensor.name(), tensor.numbers()));
        }
        int rows = (int) tensor.shape()[0];
        int columns = (int) tensor.row();
        ByteBuffer all = buffer(rows * columns);
        reader.read(tensor, 0, all);
        ByteBuffer column = buffer(rows);
        for (int at = 0; at < columns; at++) {
            column.clear();
            for (int row = 0; row < rows; row++) {
                column.putFloat(all.getFloat((row * columns + at) * Float.BYTES));
            }
            put(column, tensor, at, out);
        }
    }

    private static ByteBuffer buffer(int numbers) {
        return ByteBuffer.allocate(numbers * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void put(ByteBuffer numbers, GgufTensor tensor, long from, OutputStream out) throws IOException {
        byte[] bytes = new byte[numbers.position()];
        numbers.get(0, bytes);
        for (int at = 0; at < numbers.position(); at += Float.BYTES) {
            float number = numbers.getFloat(at);
            if (!Float.isFinite(number)) {
                throw new HeedException("%s: the tensor %s has %s near its number %d"
                        .formatted(file.file(), tensor.name(), number, from));
            }
        }
        out.write(bytes);
    }
}
