package io.heed.checkpoint.gguf;

import io.heed.HeedException;
import io.heed.checkpoint.ChatTemplates;
import io.heed.checkpoint.JsonFile;
import io.heed.checkpoint.Safetensors;
import io.heed.checkpoint.Safetensors.StoredArray;
import io.heed.checkpoint.StoredModel;
import io.heed.checkpoint.gguf.GgufVocabulary.Mark;
import io.heed.model.shape.Positions;
import io.heed.model.shape.RotaryScaling;
import io.heed.text.tokenizer.SpecialIds;
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

/** Writes a Hugging Face folder as a GGUF file, a few rows of a tensor at a time. */
public final class GgufExport {

    private final Path folder;
    private final StoredModel model;
    private final GgufArchitecture architecture;
    private final Map<String, StoredArray> tensors;

    /**
     * Reads all but the numbers of a folder.
     *
     * @throws HeedException if it is not a model's, or a GGUF file cannot express something in it
     */
    public GgufExport(Path folder) {
        this.folder = folder;
        model = StoredModel.open(folder);
        architecture = Stream.of(GgufArchitecture.values())
                .filter(known -> known.label().equals(model.type()))
                .findFirst()
                .orElseThrow(() -> new HeedException("%s: model_type \"%s\" cannot be written as GGUF; %s can"
                        .formatted(folder, model.type(), GgufArchitecture.all())));
        GgufShape.requireKnown(architecture, model.config(), folder);
        if (!model.hasUsualScores()) {
            throw new HeedException(
                    "%s: its scores have a factor (scale_attn_weights, scale_attn_by_inverse_layer_idx),"
                                    .formatted(folder)
                            + " which a GGUF file of %s cannot express".formatted(architecture.label()));
        }
        tensors = tensors(folder);
    }

    private static Map<String, StoredArray> tensors(Path folder) {
        Path index = folder.resolve("model.safetensors.index.json");
        if (Files.exists(folder.resolve("model.safetensors")) || !Files.exists(index)) {
            return Safetensors.read(folder.resolve("model.safetensors"));
        }
        Map<String, StoredArray> all = new HashMap<>();
        TreeSet<String> files = new TreeSet<>();
        JsonFile.large(index).path("weight_map").forEach(file -> files.add(file.asString("")));
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
        GgufShape.put(keys, architecture, model.config());
        putTokenizer(keys, withTokenizer);
        GgufWriter.write(file, keys, numbers(type));
    }

    private void putTokenizer(Map<String, GgufMetadata.Value> keys, boolean wanted) {
        Path file = folder.resolve("tokenizer.json");
        if (!wanted || !Files.exists(file)) {
            keys.put(GgufVocabulary.MODEL, GgufMetadata.Value.of("none"));
            return;
        }
        Map<Mark, Integer> marks = new EnumMap<>(Mark.class);
        SpecialIds.InFile ids = model.specialIds().model();
        ids.start().ifPresent(id -> marks.put(Mark.START, id));
        ids.ends().stream().findFirst().ifPresent(id -> marks.put(Mark.END, id));
        ids.padding().ifPresent(id -> marks.put(Mark.PADDING, id));
        int rows = model.config().vocabulary();
        marks.values().removeIf(id -> id >= rows);
        TokenizerKeys.put(keys, TokenizerJson.read(file), rows, marks);
        GgufVocabulary.putTemplates(keys, ChatTemplates.of(model.kept().tokenizer()));
    }

    private List<GgufWriter.NewTensor> numbers(TensorType type) {
        List<GgufWriter.NewTensor> all = new ArrayList<>();
        for (TensorName name : TensorName.of(architecture, model.config())) {
            long[] shape = name.ggufShape();
            all.add(new GgufWriter.NewTensor(
                    name.gguf(), type(name, shape, type), shape, new StoredNumbers(tensor(name), name)));
        }
        if (model.config().positions() instanceof Positions.Rotary rotary
                && rotary.scaling() instanceof RotaryScaling.Llama3) {
            float[] factors = RotaryFactors.of(
                    rotary.scaling(), rotary.theta(), model.config().headWidth());
            all.add(new GgufWriter.NewTensor(
                    RotaryFactors.TENSOR, TensorType.F32, new long[] {factors.length}, (from, out) -> {
                        for (int at = (int) from; out.hasRemaining(); at++) {
                            out.putFloat(factors[at]);
                        }
                    }));
        }
        return all;
    }

    private StoredArray tensor(TensorName name) {
        String bare = name.huggingFace().replaceFirst("^(transformer|model)\\.", "");
        StoredArray tensor = tensors.getOrDefault(name.huggingFace(), tensors.get(bare));
        long[] shape = name.shape().getShape();
        if (tensor == null || !Arrays.equals(tensor.shape(), shape)) {
            throw new HeedException("%s: the tensor %s %s where config.json makes its shape %s"
                    .formatted(
                            folder,
                            name.huggingFace(),
                            tensor == null ? "is missing" : "has shape " + Arrays.toString(tensor.shape()),
                            Arrays.toString(shape)));
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
