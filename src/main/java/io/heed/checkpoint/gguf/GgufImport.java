package io.heed.checkpoint.gguf;

import io.heed.AtomicFile;
import io.heed.AtomicFolder;
import io.heed.HeedException;
import io.heed.checkpoint.ChatTemplates;
import io.heed.checkpoint.KeptSettings;
import io.heed.checkpoint.ModelFolder;
import io.heed.checkpoint.Safetensors;
import io.heed.checkpoint.StoredModel;
import io.heed.checkpoint.gguf.GgufVocabulary.Mark;
import io.heed.model.shape.ModelConfig;
import io.heed.text.tokenizer.SpecialIds;
import io.heed.text.tokenizer.SpecialIds.InFile;
import io.heed.text.tokenizer.Tokenizer;
import io.heed.text.tokenizer.TokenizerJson;
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
    private final GgufArchitecture architecture;
    private final ModelConfig config;
    private final List<TensorName> names;

    /**
     * Reads all but the tensors of a file.
     *
     * @throws HeedException naming what is wrong with it or not supported
     */
    public GgufImport(Path path) {
        file = GgufFile.open(path);
        architecture = GgufArchitecture.of(file.metadata());
        config = GgufShape.read(file);
        if (config.layers() > file.tensors().size()) { // before their names are made
            throw new HeedException("%s has %d layers and only %d tensors"
                    .formatted(path, config.layers(), file.tensors().size()));
        }
        names = TensorName.of(architecture, config);
        requireTensors();
    }

    /** The model in words: layers, heads, width, context, tokens. */
    public String shape() {
        return config.inWords();
    }

    /** The kind of model, as its config.json names it. */
    public String type() {
        return architecture.label();
    }

    private void requireTensors() {
        Set<String> wanted = new HashSet<>();
        if (architecture == GgufArchitecture.LLAMA) {
            wanted.add(RotaryFactors.TENSOR); // which the shape was read of
        }
        for (TensorName name : names) {
            wanted.add(name.gguf());
            long[] expected = name.ggufShape();
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
     * @throws HeedException if the folder exists, cannot be written or could not be opened, or a number in the file is not finite
     */
    public boolean write(Path folder, String readme) {
        GgufMetadata metadata = file.metadata();
        boolean named = metadata.has(GgufVocabulary.MODEL)
                && !metadata.text(GgufVocabulary.MODEL).equals("none");
        try (Tokenizer tokenizer = named
                ? Tokenizer.of(
                        TokenizerJson.of(
                                GgufTokenizer.json(metadata).toPrettyString(), file.file() + ", its tokenizer"),
                        ids())
                : Tokenizer.ofIds(ids())) {
            AtomicFolder.create(folder, made -> {
                ModelFolder.writeTexts(made, config, tokenizer, kept(named), readme);
                AtomicFile.write(made.resolve("model.safetensors"), this::writeTensors);
                requireModel(made);
            });
        }
        return named;
    }

    /** Opens a folder as commands do, except that its numbers are not read. */
    private static void requireModel(Path made) {
        StoredModel model = StoredModel.open(made);
        model.requireAll();
        model.tokenizer().close();
    }

    private SpecialIds ids() {
        List<Integer> ends = new ArrayList<>();
        file.metadata().whole(Mark.END.key()).ifPresent(ends::add);
        InFile ids = new InFile(
                file.metadata().whole(Mark.START.key()), ends, file.metadata().whole(Mark.PADDING.key()));
        return new SpecialIds(ids, ids, config.vocabulary());
    }

    /** What the keys tell other programs of the tokenizer. */
    private KeptSettings kept(boolean named) {
        ObjectNode tokenizer = JsonMapper.shared().createObjectNode();
        if (named) {
            GgufVocabulary vocabulary = GgufVocabulary.of(file.metadata());
            for (Mark mark : Mark.values()) {
                vocabulary.token(mark).ifPresent(token -> tokenizer.put(mark.huggingFace(), token));
            }
            ChatTemplates templates = GgufVocabulary.templates(file.metadata());
            if (!templates.byName().isEmpty()) {
                tokenizer.set(ChatTemplates.KEY, templates.json());
            }
        }
        return new KeptSettings(tokenizer, JsonMapper.shared().createObjectNode());
    }

    private void writeTensors(OutputStream out) throws IOException {
        List<Safetensors.Entry> entries = names.stream()
                .map(name -> new Safetensors.Entry(
                        name.huggingFace(), "F32", name.shape().getShape()))
                .toList();
        Safetensors.writeHeader(out, entries, Map.of("format", "pt"));
        try (TensorReader reader = new TensorReader(file.file())) {
            for (TensorName name : names) {
                GgufTensor tensor = file.tensor(name.gguf());
                switch (name.layout()) {
                    case SAME -> writeSame(reader, tensor, out);
                    case TRANSPOSED -> writeTransposed(reader, tensor, out);
                    case PAIRS -> writePairs(reader, tensor, name, out);
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

    private void writePairs(TensorReader reader, GgufTensor tensor, TensorName name, OutputStream out)
            throws IOException {
        int row = (int) tensor.row();
        ByteBuffer numbers = buffer(row);
        for (long at = 0; at < tensor.shape()[0]; at++) {
            long from = name.ggufRow(at) * row;
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
