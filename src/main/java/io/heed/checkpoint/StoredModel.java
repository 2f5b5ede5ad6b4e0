package io.heed.checkpoint;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.initializer.Initializer;
import io.heed.HeedException;
import io.heed.checkpoint.family.ConfigJson;
import io.heed.checkpoint.family.Families;
import io.heed.checkpoint.family.Family;
import io.heed.kernels.Arithmetic;
import io.heed.kernels.Kernels;
import io.heed.kernels.NumberFormat;
import io.heed.kernels.Precision;
import io.heed.model.Transformer;
import io.heed.model.Weight;
import io.heed.model.WeightFormat;
import io.heed.model.WeightPlan;
import io.heed.model.shape.ModelConfig;
import io.heed.text.Visible;
import io.heed.text.tokenizer.SpecialIds;
import io.heed.text.tokenizer.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A model in a folder. Its shape is read on opening, its weights and tokenizer on demand. */
public final class StoredModel {

    private final Path folder;
    private final ConfigJson json;
    private final Family family;
    private final ModelConfig config;
    private final StoredTensors tensors;
    private final WeightReader reader;

    private StoredModel(Path folder, ConfigJson json, Family family, ModelConfig config, StoredTensors tensors) {
        this.folder = folder;
        this.json = json;
        this.family = family;
        this.config = config;
        this.tensors = tensors;
        reader = new WeightReader(json, family, config, tensors);
    }

    /**
     * Opens a model folder.
     *
     * @throws HeedException naming the file and what is wrong with it
     */
    public static StoredModel open(Path folder) {
        if (folder.toString().isEmpty() || !Files.isDirectory(folder)) {
            Pickles.refuse(folder);
            if (Files.isRegularFile(folder) && folder.toString().endsWith(".gguf")) {
                throw new HeedException("%s is a GGUF file; make a model folder of it with heed import %s --as NAME"
                        .formatted(folder, folder));
            }
            throw MissingModel.at(folder);
        }
        ModelFolder.finish(folder);
        Path file = folder.resolve(ModelFolder.CONFIG);
        if (!Files.isRegularFile(file)) {
            throw MissingModel.without(ModelFolder.CONFIG, folder);
        }
        if (!StoredTensors.areIn(folder)) {
            Pickles.refuseIn(folder);
            throw new HeedException("%s is not a model folder: it has no %s".formatted(folder, StoredTensors.FILE));
        }
        JsonNode root = JsonFile.small(file);
        Family family = Families.of(root, file);
        ConfigJson json = new ConfigJson(root, file, family.secondNames());
        ModelConfig config = shape(family, json);
        StoredTensors tensors = StoredTensors.in(folder, family, config);
        if (config.layers() > tensors.count()) {
            throw new HeedException("%s has %d layers and %s only %d tensors"
                    .formatted(file, config.layers(), StoredTensors.FILE, tensors.count()));
        }
        return new StoredModel(folder, json, family, config, tensors);
    }

    private static ModelConfig shape(Family family, ConfigJson json) {
        try {
            return family.read(json);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new HeedException("%s: %s".formatted(json.file(), e.getMessage()), e);
        }
    }

    /** Its shape, with the embedding scale it was trained with; in the stored weights, the scale is folded in. */
    public ModelConfig config() {
        return config;
    }

    /**
     * Checks that it has all its weights, in their shapes, and no others.
     *
     * @throws HeedException naming the tensor
     */
    public void requireAll() {
        WeightPlan plan = WeightPlan.of(config);
        tensors.requireOnly(plan);
        plan.weights().stream().filter(tensors::has).forEach(tensors::require);
    }

    /** Whether it has a tokenizer. */
    public boolean hasTokenizer() {
        return TokenizerFiles.areIn(folder);
    }

    /**
     * Notes to the user about the model's files, one sentence each.
     *
     * @param tokenizer the model's tokenizer
     */
    public List<String> notes(Tokenizer tokenizer) {
        List<String> notes = new ArrayList<>(tensors.notes());
        List<String> refused = tokenizer.vocabulary().refused();
        if (!refused.isEmpty()) {
            notes.add("%s has %d tokens and the tokenizer %d more; a text with one of those, such as \"%s\", is refused"
                    .formatted(json.file(), config.vocabulary(), refused.size(), Visible.token(refused.get(0))));
        }
        return List.copyOf(notes);
    }

    /**
     * The special ids of generation_config.json and config.json.
     *
     * @throws HeedException if an end is not an id or a list of ids
     */
    public SpecialIds specialIds() {
        return GenerationConfig.read(json.file(), json.root(), config.vocabulary());
    }

    /** Whether the scores of every layer are {@code q·k/√D} of its stored weights, without a further factor. */
    public boolean hasUsualScores() {
        return IntStream.range(0, config.layers()).allMatch(layer -> family.queryFactor(json, config, layer) == 1);
    }

    /** Its kind of folder. */
    public String type() {
        return family.type();
    }

    /**
     * What its files say besides, for other programs.
     *
     * @throws HeedException naming a file that is not JSON or not text
     */
    public KeptSettings kept() {
        return KeptSettings.read(folder, TokenizerFiles.settings(folder));
    }

    /**
     * Returns its tokenizer, or a tokenizer of ids if it has none; close it afterwards.
     *
     * @throws HeedException if its tokenizer is not valid
     */
    public Tokenizer tokenizer() {
        return tokenizer(TokenizerFiles.settings(folder));
    }

    private Tokenizer tokenizer(ObjectNode settings) {
        if (!hasTokenizer()) { // check config.json's vocabulary before listing its ids
            tensors.require(WeightPlan.of(config).get(Weight.Role.TOKENS));
        }
        return TokenizerFiles.read(folder, specialIds(), settings);
    }

    /** What is read besides weights: in a thread of its own, since a large tokenizer takes as long as they do. */
    private record BesideWeights(KeptSettings kept, Tokenizer tokenizer) {}

    private BesideWeights besideWeights() {
        ObjectNode settings = TokenizerFiles.settings(folder);
        return new BesideWeights(KeptSettings.read(folder, settings), tokenizer(settings));
    }

    /**
     * Reads the model for use without further training.
     *
     * @param device the device to compute on
     * @param weights how to keep its weights
     * @throws HeedException naming the file and what is wrong with it
     */
    LanguageModel load(Device device, WeightFormat weights) {
        CompletableFuture<BesideWeights> besideWeights = CompletableFuture.supplyAsync(this::besideWeights);
        NDManager manager = NDManager.newBaseManager(device);
        try {
            NumberFormat format = weights.resolve(tensors.numbers(), tensors.areBfloat16());
            requireUse(format, device);
            Transformer transformer = new Transformer(
                    config.toBuilder().embeddingScale(1).build(),
                    manager,
                    Arithmetic.of(Precision.FLOAT32, device),
                    format);
            requireOnly(transformer);
            WeightPlan plan = transformer.plan();
            transformer.namedParameters().values().forEach(parameter -> parameter.freeze(true));
            try (TensorLoader loader = new TensorLoader(manager, transformer.kernels())) {
                transformer.initialize(
                        manager,
                        name -> (owner, shape, type) -> reader.read(owner, plan.get(name), shape, format, loader));
                loader.finish();
            }
            Tokenizer tokenizer = besideWeights.join().tokenizer;
            return new LanguageModel(manager, transformer, tokenizer, notes(tokenizer), besideWeights.join().kept);
        } catch (RuntimeException e) {
            manager.close();
            throw closed(besideWeights, e);
        }
    }

    private void requireUse(NumberFormat format, Device device) {
        if (format == NumberFormat.INT8 && device.isGpu()) {
            throw new HeedException("int8 weights work only on a CPU; add --device cpu, or choose --weights bfloat16");
        }
        if (format == NumberFormat.INT8 && config.translates()) {
            throw new HeedException("int8 weights do not work for translation; choose --weights bfloat16");
        }
    }

    /** Closes the tokenizer and returns the exception to report: a problem of the tokenizer comes first. */
    private static RuntimeException closed(CompletableFuture<BesideWeights> besideWeights, RuntimeException failure) {
        try {
            besideWeights.join().tokenizer.close();
            return failure;
        } catch (CompletionException e) {
            return e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /**
     * Checks that every stored tensor belongs to a transformer.
     *
     * @throws HeedException naming the tensor
     */
    public void requireOnly(Transformer transformer) {
        tensors.requireOnly(transformer.plan());
    }

    /**
     * Returns the initial value of a weight for training the model further: without the embedding scale folded in, and
     * with only as many positions as asked for.
     *
     * @param kernels the transformer's
     */
    public Initializer start(Weight weight, Kernels kernels) {
        double factor = Family.power(config.embeddingScale(), -Family.scalePower(weight, config));
        return (owner, shape, type) -> {
            try (TensorLoader loader = new TensorLoader(owner, kernels);
                    NDManager reading = owner.newSubManager()) {
                boolean fewer = weight.role() == Weight.Role.POSITIONS && shape.get(0) < config.context();
                Shape stored = fewer ? new Shape(config.context(), shape.get(1)) : shape;
                NDArray read = reader.read(reading, weight, stored, NumberFormat.FLOAT32, loader);
                NDArray array = fewer
                        ? read.get(new NDIndex("0:{}", shape.get(0))).duplicate()
                        : read.flatten().reshape(shape); // row by row, which the bits of its products depend on
                array.attach(owner);
                return factor == 1 ? array : array.muli((float) factor);
            }
        };
    }
}
