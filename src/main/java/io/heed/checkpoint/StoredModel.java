package io.heed.checkpoint;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.initializer.Initializer;
import io.heed.HeedException;
import io.heed.model.ModelConfig;
import io.heed.model.Transformer;
import io.heed.text.SpecialIds;
import io.heed.text.Tokenizer;
import io.heed.text.Visible;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import tools.jackson.databind.JsonNode;

/** A model as it lies in a folder: its shape is known, its weights and its tokenizer are read when they are asked for. */
public final class StoredModel {

    private final Path folder;
    private final Path file;
    private final JsonNode root;
    private final ModelConfig config;
    private final Weights weights;

    private StoredModel(Path folder, Path file, JsonNode root, ModelConfig config, Weights weights) {
        this.folder = folder;
        this.file = file;
        this.root = root;
        this.config = config;
        this.weights = weights;
    }

    /**
     * Opens a model folder.
     *
     * @throws HeedException naming the file and what is wrong with it
     */
    public static StoredModel open(Path folder) {
        if (folder.toString().isEmpty() || !Files.isDirectory(folder)) {
            Pickles.refuse(folder);
            throw new HeedException("%s is not a folder; name a model folder, such as models/toy"
                    .formatted(folder.toString().isEmpty() ? "\"\"" : folder));
        }
        ModelFolder.finish(folder);
        Path file = folder.resolve(ModelFolder.CONFIG);
        if (!Files.isRegularFile(file)) {
            throw new HeedException("%s is not a model folder: it has no %s".formatted(folder, ModelFolder.CONFIG));
        }
        if (!Weights.areIn(folder)) {
            Pickles.refuseIn(folder);
            throw new HeedException("%s is not a model folder: it has no %s".formatted(folder, Weights.FILE));
        }
        JsonNode root = ModelFolder.json(file);
        ModelConfig config = GptConfig.read(root, file);
        Weights weights = Weights.in(folder);
        if (config.layers() > weights.count()) {
            throw new HeedException("%s has %d layers and %s only %d tensors"
                    .formatted(file, config.layers(), Weights.FILE, weights.count()));
        }
        return new StoredModel(folder, file, root, config, weights);
    }

    /** Its shape, with the embedding scale it was trained with; the weights as they are stored have that folded in. */
    public ModelConfig config() {
        return config;
    }

    /** Whether it has a tokenizer. */
    public boolean hasTokenizer() {
        return TokenizerFiles.areIn(folder);
    }

    /**
     * What whoever uses the model is to know of its files, a sentence each.
     *
     * @param tokenizer its own
     */
    public List<String> notes(Tokenizer tokenizer) {
        List<String> notes = new ArrayList<>(weights.notes());
        List<String> refused = tokenizer.refused();
        if (!refused.isEmpty()) {
            notes.add("%s has %d tokens and the tokenizer %d more; a text with one of those, such as \"%s\", is refused"
                    .formatted(file, config.vocabulary(), refused.size(), Visible.token(refused.get(0))));
        }
        return List.copyOf(notes);
    }

    /**
     * What generation_config.json and config.json say of where texts begin and end.
     *
     * @throws HeedException if an end is not a number or a list of numbers
     */
    public SpecialIds specialIds() {
        return GenerationConfig.read(file, root, config.vocabulary());
    }

    /**
     * Returns its tokenizer, or one of ids where it has none; to be closed.
     *
     * @throws HeedException if it is none
     */
    public Tokenizer tokenizer() {
        if (!hasTokenizer()) { // before a list of ids is made, as long as config.json says
            weights.require("wte.weight", new Shape(config.vocabulary(), config.width()));
        }
        return TokenizerFiles.read(folder, specialIds());
    }

    /**
     * Reads all of it, to be used as it is.
     *
     * @param device where it is to compute
     * @throws HeedException naming the file and what is wrong with it
     */
    LanguageModel load(Device device) {
        CompletableFuture<Tokenizer> tokenizer = CompletableFuture.supplyAsync(this::tokenizer);
        NDManager manager = NDManager.newBaseManager(device);
        try {
            Transformer transformer = new Transformer(config.with(config.context(), 1, config.dropout()), manager);
            requireOnly(transformer);
            transformer.initialize(manager, name -> (owner, shape, type) -> read(owner, name, shape));
            transformer.namedParameters().values().forEach(parameter -> parameter.freeze(true));
            return new LanguageModel(manager, transformer, tokenizer.join(), notes(tokenizer.join()));
        } catch (RuntimeException e) {
            manager.close();
            throw closed(tokenizer, e);
        }
    }

    /** What is to be told of a model that cannot be read: what is wrong with its tokenizer comes first. */
    private static RuntimeException closed(CompletableFuture<Tokenizer> tokenizer, RuntimeException failure) {
        try {
            tokenizer.join().close();
            return failure;
        } catch (CompletionException e) {
            return e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /**
     * Checks that nothing is stored that a transformer does not have.
     *
     * @throws HeedException naming the tensor
     */
    public void requireOnly(Transformer transformer) {
        weights.requireOnly(transformer.namedParameters().keySet());
    }

    /**
     * Returns what the weights of a GPT-2 name begin with where the model is trained on: as they were before the embedding scale was
     * folded in, and the positions as far as they are wanted.
     */
    public Initializer start(String name) {
        double scale = config.embeddingScale();
        double factor = switch (name) {
            case "wte.weight" -> 1 / scale;
            case "ln_f.weight", "ln_f.bias" -> config.tiedHead() ? scale : 1;
            default -> 1;
        };
        return (owner, shape, type) -> {
            if (name.equals("wpe.weight") && shape.get(0) < config.context()) {
                try (NDArray all = read(owner, name, new Shape(config.context(), config.width()));
                        NDArray first = all.get(new NDIndex("0:{}", shape.get(0)))) {
                    return first.duplicate();
                }
            }
            NDArray array = read(owner, name, shape);
            return factor == 1 ? array : array.muli((float) factor);
        };
    }

    /** Weights; where scores are multiplied by something, that is folded into the projection of the queries, the first third. */
    private NDArray read(NDManager owner, String name, Shape shape) {
        NDArray array = weights.read(owner, name, shape);
        if (name.startsWith("h.") && name.contains(".attn.c_attn")) {
            int layer = Integer.parseInt(name.substring(2, name.indexOf('.', 2)));
            float factor = GptConfig.scoreFactor(root, config, layer, file);
            if (factor != 1) {
                ByteBuffer values = array.toByteBuffer(false).order(ByteOrder.LITTLE_ENDIAN);
                int columns = 3 * config.width();
                for (int i = 0; i < shape.size(); i++) {
                    if (i % columns < config.width()) {
                        values.putFloat(i * Float.BYTES, values.getFloat(i * Float.BYTES) * factor);
                    }
                }
                array.set(values);
            }
        }
        return array;
    }
}
