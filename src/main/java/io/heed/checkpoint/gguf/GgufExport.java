package io.heed.checkpoint.gguf;

import io.heed.HeedException;
import io.heed.checkpoint.ChatTemplates;
import io.heed.checkpoint.KeptSettings;
import io.heed.checkpoint.ModelFolder;
import io.heed.checkpoint.Safetensors;
import io.heed.checkpoint.Safetensors.StoredArray;
import io.heed.checkpoint.gguf.GgufVocabulary.Mark;
import io.heed.checkpoint.gguf.TensorName.Layout;
import io.heed.text.Visible;
import io.heed.text.tokenizer.TokenizerJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Writes a Hugging Face folder as a GGUF file, a few rows of a tensor at a time. */
public final class GgufExport {

    private static final String CONFIG = "config.json";

    private final Path folder;
    private final JsonNode config;
    private final GgufArchitecture architecture;
    private final Dimensions dimensions;
    private final Map<String, StoredArray> tensors;

    /**
     * Reads all but the numbers of a folder that {@code StoredModel} has accepted.
     *
     * @throws HeedException if a GGUF file cannot express something in it
     */
    public GgufExport(Path folder) {
        this.folder = folder;
        config = ModelFolder.json(folder.resolve(CONFIG));
        String type = config.path("model_type").asString("");
        architecture = Stream.of(GgufArchitecture.values())
                .filter(known -> known.label().equals(type))
                .findFirst()
                .orElseThrow(() -> new HeedException("%s: model_type \"%s\" cannot be written as GGUF; %s can"
                        .formatted(folder.resolve(CONFIG), Visible.text(type), GgufArchitecture.all())));
        new ExportChecks(folder.resolve(CONFIG), config, architecture).check();
        dimensions = Dimensions.of(architecture, config);
        tensors = tensors(folder);
    }

    private static Map<String, StoredArray> tensors(Path folder) {
        Path index = folder.resolve("model.safetensors.index.json");
        if (Files.exists(folder.resolve("model.safetensors")) || !Files.exists(index)) {
            return Safetensors.read(folder.resolve("model.safetensors"));
        }
        Map<String, StoredArray> all = new HashMap<>();
        TreeSet<String> files = new TreeSet<>();
        ModelFolder.longJson(index).path("weight_map").forEach(file -> files.add(file.asString("")));
        files.forEach(file -> all.putAll(Safetensors.read(folder.resolve(file))));
        return all;
    }

    /**
     * Writes the file, whole or not at all.
     *
     * @param type F32, F16 or Q8_0, for the matrices; norms, biases and positions are F32, rows that are not whole blocks F16
     * @param withTokenizer whether to write the folder's tokenizer too
     * @throws HeedException if it cannot be written, or a GGUF file cannot express the tokenizer
     */
    public void write(Path file, TensorType type, boolean withTokenizer) {
        Map<String, GgufMetadata.Value> keys = new LinkedHashMap<>();
        keys.put("general.architecture", GgufMetadata.Value.of(architecture.label()));
        Path name = folder.toAbsolutePath().normalize().getFileName();
        keys.put("general.name", GgufMetadata.Value.of(name == null ? "model" : name.toString()));
        keys.put(
                "general.file_type",
                GgufMetadata.Value.of(type == TensorType.F32 ? 0 : type == TensorType.F16 ? 1 : 7));
        keys.put("general.quantization_version", GgufMetadata.Value.of(2));
        putShape(keys);
        putTokenizer(keys, withTokenizer);
        GgufWriter.write(file, keys, numbers(type));
    }

    private void putShape(Map<String, GgufMetadata.Value> keys) {
        String prefix = architecture.label() + ".";
        for (GgufArchitecture.Key key : architecture.keys()) {
            JsonNode value = config.path(key.huggingFace());
            keys.put(
                    prefix + key.gguf(),
                    key.whole()
                            ? GgufMetadata.Value.of(number(key))
                            : GgufMetadata.Value.of((float) value.asDouble(ExportChecks.usual(key.huggingFace()))));
        }
        keys.put(prefix + "vocab_size", GgufMetadata.Value.of(dimensions.vocabulary()));
        if (architecture.isRotary()) {
            for (String part : List.of("attention.key_length", "attention.value_length", "rope.dimension_count")) {
                keys.put(prefix + part, GgufMetadata.Value.of(dimensions.head()));
            }
            ExportChecks.scaling(config).ifPresent(scaling -> putScaling(keys, prefix + "rope.scaling.", scaling));
        }
    }

    private int number(GgufArchitecture.Key key) {
        return switch (key.gguf()) {
            case "attention.head_count_kv" -> dimensions.keyHeads();
            case "feed_forward_length" -> dimensions.inner();
            default -> config.path(key.huggingFace()).asInt();
        };
    }

    private static void putScaling(Map<String, GgufMetadata.Value> keys, String prefix, JsonNode scaling) {
        String type = scaling.path("rope_type").asString(scaling.path("type").asString(""));
        keys.put(prefix + "type", GgufMetadata.Value.of(type));
        keys.put(prefix + "factor", GgufMetadata.Value.of((float)
                scaling.path("factor").asDouble()));
        if (type.equals("yarn")) {
            keys.put(
                    prefix + "original_context_length",
                    GgufMetadata.Value.of(
                            scaling.path("original_max_position_embeddings").asInt()));
        }
    }

    private void putTokenizer(Map<String, GgufMetadata.Value> keys, boolean wanted) {
        Path file = folder.resolve("tokenizer.json");
        if (!wanted || !Files.exists(file)) {
            keys.put(GgufVocabulary.MODEL, GgufMetadata.Value.of("none"));
            return;
        }
        Map<Mark, Integer> marks = new EnumMap<>(Mark.class);
        for (Mark mark : Mark.values()) {
            JsonNode id = config.path(mark.huggingFace() + "_id");
            JsonNode first = id.isArray() ? id.path(0) : id;
            if (first.isInt() && first.intValue() >= 0 && first.intValue() < dimensions.vocabulary()) {
                marks.put(mark, first.intValue());
            }
        }
        TokenizerKeys.put(keys, TokenizerJson.read(file), dimensions.vocabulary(), marks);
        GgufVocabulary.putTemplates(
                keys, ChatTemplates.of(KeptSettings.read(folder).tokenizer()));
    }

    private List<GgufWriter.NewTensor> numbers(TensorType type) {
        List<GgufWriter.NewTensor> all = new ArrayList<>();
        for (TensorName name : architecture.tensors(dimensions.layers())) {
            if (name.isHead() && config.path("tie_word_embeddings").asBoolean(architecture == GgufArchitecture.GPT2)) {
                continue;
            }
            StoredArray tensor = tensor(name);
            long[] shape = name.layout() == Layout.TRANSPOSED
                    ? new long[] {tensor.shape()[1], tensor.shape()[0]}
                    : tensor.shape();
            all.add(new GgufWriter.NewTensor(
                    name.gguf(), type(name, shape, type), shape, new StoredNumbers(tensor, name.layout(), dimensions)));
        }
        return all;
    }

    private StoredArray tensor(TensorName name) {
        String bare = name.huggingFace().replaceFirst("^(transformer|model)\\.", "");
        StoredArray tensor = tensors.getOrDefault(name.huggingFace(), tensors.get(bare));
        if (tensor == null || !Arrays.equals(tensor.shape(), dimensions.shape(name))) {
            throw new HeedException("%s: the tensor %s %s where config.json makes its shape %s"
                    .formatted(
                            folder,
                            name.huggingFace(),
                            tensor == null ? "is missing" : "has shape " + Arrays.toString(tensor.shape()),
                            Arrays.toString(dimensions.shape(name))));
        }
        return tensor;
    }

    private static TensorType type(TensorName name, long[] shape, TensorType type) {
        if (shape.length == 1 || name.gguf().equals("position_embd.weight")) {
            return TensorType.F32;
        }
        return shape[shape.length - 1] % type.blockNumbers() == 0 ? type : TensorType.F16;
    }
}
