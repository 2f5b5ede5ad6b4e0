package io.heed.checkpoint;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import io.heed.AtomicFile;
import io.heed.AtomicFolder;
import io.heed.Folders;
import io.heed.HeedException;
import io.heed.Internal;
import io.heed.checkpoint.family.Families;
import io.heed.checkpoint.family.Family;
import io.heed.model.Transformer;
import io.heed.model.WeightFormat;
import io.heed.model.shape.ModelConfig;
import io.heed.text.tokenizer.SpecialIds;
import io.heed.text.tokenizer.SpecialIds.InFile;
import io.heed.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes Hugging Face model folders: config.json, model.safetensors, tokenizer.json and README.md. {@link
 * Family} defines the content of the first two.
 */
public final class ModelFolder {

    static final String CONFIG = "config.json";
    private static final String WEIGHTS = StoredTensors.FILE;
    private static final String TOKENIZER = TokenizerFiles.FILE;
    private static final String TOKENIZER_CONFIG = TokenizerFiles.CONFIG;
    private static final String GENERATION_CONFIG = GenerationConfig.FILE;
    private static final String README = "README.md";
    private static final String INCOMING = ".incoming";

    private ModelFolder() {}

    /** Whether a folder holds a model. */
    public static boolean isModel(Path folder) {
        finish(folder);
        return Files.isRegularFile(folder.resolve(CONFIG)) && StoredTensors.areIn(folder);
    }

    /** Estimates the number of weights of a folder's model from the size of its file; 0 if there is none. */
    public static long weights(Path folder) {
        try {
            if (!Files.exists(folder.resolve(WEIGHTS)) && Files.exists(folder.resolve(StoredTensors.INDEX))) {
                return Long.MAX_VALUE; // weights in several files are many
            }
            return Files.size(folder.resolve(WEIGHTS)) / Float.BYTES;
        } catch (IOException e) {
            return 0; // reading the model reports what is wrong
        }
    }

    /**
     * Moves a model into another folder on the same disk and replaces the model there. Even if interrupted, the folder
     * reads as the old model or the new one.
     *
     * @throws HeedException if the folder cannot be written
     */
    @Internal
    public static void move(Path from, Path to) {
        try {
            Files.createDirectories(to);
            Path incoming = to.resolve(INCOMING);
            if (!from.equals(incoming)) {
                clear(to);
                Files.move(from, incoming, StandardCopyOption.ATOMIC_MOVE);
            }
            AtomicFile.flush(incoming);
            AtomicFile.flush(to);
        } catch (IOException e) {
            throw new HeedException("cannot move the model %s to %s: %s".formatted(from, to, e.getMessage()), e);
        }
        finish(to);
    }

    /**
     * Finishes a move that was interrupted: a complete model in a folder's {@value #INCOMING} replaces the folder's
     * model file by file, the weights last. Weights are also written last, so their presence shows that the model is
     * complete.
     */
    static void finish(Path folder) {
        Path incoming = folder.resolve(INCOMING);
        if (!Files.isRegularFile(incoming.resolve(WEIGHTS))) {
            return;
        }
        try {
            for (String file : new String[] {README, TOKENIZER, TOKENIZER_CONFIG, GENERATION_CONFIG, CONFIG, WEIGHTS}) {
                if (Files.exists(incoming.resolve(file))) {
                    Files.move(
                            incoming.resolve(file),
                            folder.resolve(file),
                            StandardCopyOption.ATOMIC_MOVE,
                            StandardCopyOption.REPLACE_EXISTING);
                }
            }
            Files.deleteIfExists(incoming);
            AtomicFile.flush(folder);
        } catch (NoSuchFileException | DirectoryNotEmptyException ignored) {
            // another program has finished it, or left an incomplete model there
        } catch (IOException e) {
            throw new HeedException(
                    "cannot install the model in %s: %s; read %s once as a user who may write there, or copy it"
                            .formatted(incoming, e, folder),
                    e);
        }
    }

    /**
     * Deletes an incomplete model that an interrupted program left in a folder. Call it only with exclusive write
     * access: it also deletes what another program is writing.
     *
     * @throws HeedException if it cannot be deleted
     */
    @Internal
    public static void clear(Path folder) {
        finish(folder);
        Folders.delete(folder.resolve(INCOMING));
    }

    /**
     * Writes a model: first beside the old one, then in its place.
     *
     * @param readme the content of README.md
     * @throws HeedException if the folder cannot be written
     */
    public static void write(Path folder, LanguageModel model, String readme) {
        clear(folder);
        Path incoming = folder.resolve(INCOMING);
        writeFiles(incoming, model, readme);
        move(incoming, folder);
    }

    /**
     * Writes a model into a new folder, completely or not at all.
     *
     * @param readme the content of README.md
     * @throws HeedException if the folder exists or cannot be written, or the model's weights are not in float32
     */
    public static void create(Path folder, LanguageModel model, String readme) {
        AtomicFolder.create(folder, made -> writeFiles(made, model, readme));
    }

    private static void writeFiles(Path folder, LanguageModel model, String readme) {
        Transformer transformer = model.transformer();
        if (transformer.namedParameters().values().stream()
                .anyMatch(weight -> weight.getArray().getDataType() != DataType.FLOAT32)) {
            throw new HeedException(
                    "the model's weights are not in float32; open it with --weights float32 to write it");
        }
        writeTexts(folder, transformer.config(), model.tokenizer(), model.kept(), readme);
        Map<String, Safetensors.StoredArray> tensors = WrittenTensors.of(transformer);
        AtomicFile.write(folder.resolve(WEIGHTS), out -> Safetensors.write(out, tensors, Map.of("format", "pt")));
    }

    /**
     * Writes a model's files without its weights.
     *
     * @param kept what the files say besides
     * @param readme the content of README.md
     * @throws HeedException if a file cannot be written
     */
    public static void writeTexts(
            Path folder, ModelConfig config, Tokenizer tokenizer, KeptSettings kept, String readme) {
        SpecialIds ids = tokenizer.sentenceMarks().specialIds();
        fill(folder, CONFIG, configJson(config, ids.model()));
        if (!tokenizer.isOfIds()) {
            fill(folder, TOKENIZER, tokenizer.json());
            fill(folder, TOKENIZER_CONFIG, TokenizerConfig.write(tokenizer, config, kept.tokenizer()));
        }
        fill(folder, GENERATION_CONFIG, GenerationConfig.write(ids.generation(), kept.generation()));
        fill(folder, README, readme);
    }

    private static void fill(Path folder, String file, String text) {
        AtomicFile.fill(folder.resolve(file), AtomicFile.text(text));
    }

    private static String configJson(ModelConfig config, InFile ids) {
        Family family = Families.of(config);
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.putArray("architectures").add(family.architecture());
        root.put("model_type", family.type());
        family.write(config, root);
        root.put("use_cache", true);
        root.put("torch_dtype", "float32");
        GenerationConfig.put(root, ids);
        ObjectNode heed = root.putObject("heed");
        if (config.positions().ofTokens()) { // rotary ones are among the family's keys
            heed.put("positions", config.positions().kind().toString());
        }
        heed.put("embedding_scale", config.embeddingScale());
        return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    /**
     * Reads a model that continues texts, with weights in float32.
     *
     * @param device the device to compute on
     * @throws HeedException naming the file and what is wrong with it, or saying that the model translates
     */
    public static LanguageModel read(Path folder, Device device) {
        return read(folder, device, WeightFormat.FLOAT32);
    }

    /**
     * Reads a model that continues texts.
     *
     * @param device the device to compute on
     * @param weights how to keep its weights
     * @throws HeedException naming the file and what is wrong with it, or saying that the model translates
     */
    public static LanguageModel read(Path folder, Device device, WeightFormat weights) {
        StoredModel model = StoredModel.open(folder);
        if (model.config().translates()) {
            throw new HeedException(
                    "%s translates and does not continue texts; run heed translate %s \"…\"".formatted(folder, folder));
        }
        return model.load(device, weights);
    }

    /**
     * Reads a model that translates, with weights in float32.
     *
     * @param device the device to compute on
     * @throws HeedException naming the file and what is wrong with it, or saying that the model does not translate
     */
    public static LanguageModel readTranslator(Path folder, Device device) {
        return readTranslator(folder, device, WeightFormat.FLOAT32);
    }

    /**
     * Reads a model that translates.
     *
     * @param device the device to compute on
     * @param weights how to keep its weights
     * @throws HeedException naming the file and what is wrong with it, or saying that the model does not translate
     */
    public static LanguageModel readTranslator(Path folder, Device device, WeightFormat weights) {
        StoredModel model = StoredModel.open(folder);
        if (!model.config().translates()) {
            throw new HeedException(
                    "%s does not translate; it continues texts: run heed predict %s \"…\"".formatted(folder, folder));
        }
        return model.load(device, weights);
    }

    /** Whether a folder has a model that translates. */
    public static boolean translates(Path folder) {
        finish(folder);
        Path file = folder.resolve(CONFIG);
        return Files.isRegularFile(file)
                && Families.of(JsonFile.small(file), file).translates();
    }
}
