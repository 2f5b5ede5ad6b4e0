package io.heed.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Embedding;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.PairList;
import io.heed.kernels.Arithmetic;
import io.heed.kernels.Kernels;
import io.heed.kernels.NumberFormat;
import io.heed.kernels.Precision;
import io.heed.model.Weight.Role;
import io.heed.model.shape.ModelConfig;
import io.heed.model.shape.Residual;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A transformer: {@code x = E[ids]·s + P; each layer; logits = LN_f(x)·Eᵀ}; rotary positions apply in each layer instead of P; an untied
 * head uses a table U instead of E. An encoder, if there is one, reads a source through the same embedding, and each decoder layer
 * attends to the encoder's output.
 *
 * <p>Input: ids (B,T) int64, T at most the context; with an encoder also the sources (B,S) int64, padded on the right,
 * and their lengths without padding, (B) int64, at least 1. Output: logits (B,T,V): at each position, how likely each
 * token comes next, before softmax. Pass {@link Trace#asParams()} as {@code params} to record every step. Pass {@link
 * KeyValueCache#asParams()} to continue after the positions in the cache; the output is then the last position's logits
 * (B,V), and the source is what {@link #readSource} put into the cache.
 */
public final class Transformer extends HeedBlock {

    private final ModelConfig config;
    private final WeightPlan plan;
    private final Arithmetic arithmetic;
    private final NumberFormat format;
    private final Kernels kernels;
    private final Parameters planned;
    private final Parameter tokens; // E (V,C)
    private final Parameter positions; // P, a row for each position
    private final @Nullable Encoder encoder;
    private final List<TransformerLayer> layers = new ArrayList<>();
    private final Parameter finalNormScale;
    private final Parameter finalNormShift;
    private final Normalisation finalNorm;
    private final Parameter head; // (V,C): E, or U where the head is not tied

    /**
     * Creates a transformer that computes in float32. It has no weights until {@link #initialize(NDManager, Function)}.
     *
     * @param owner the manager whose closing frees the kernels
     */
    public Transformer(ModelConfig config, NDManager owner) {
        this(config, owner, Arithmetic.of(Precision.FLOAT32, owner.getDevice()), NumberFormat.FLOAT32);
    }

    /**
     * Creates a transformer. It has no weights until {@link #initialize(NDManager, Function)}.
     *
     * @param owner the manager whose closing frees the kernels
     * @param arithmetic how its fused operations multiply matrices
     * @param weights the format of the weights that {@linkplain Weight#mayBeNarrow() may be narrow}; only those in float32 can be trained
     */
    public Transformer(ModelConfig config, NDManager owner, Arithmetic arithmetic, NumberFormat weights) {
        this.config = config;
        plan = WeightPlan.of(config);
        this.arithmetic = arithmetic;
        format = weights;
        kernels = Kernels.load(owner, KernelChoice.of(config, plan, weights), arithmetic.with(weights));
        planned = new Parameters(plan);
        tokens = addParameter(planned.of(plan.get(Role.TOKENS)));
        positions = addParameter(planned.of(plan.get(Role.POSITIONS)));
        encoder = config.translates() ? addChildBlock("encoder", new Encoder(config, planned)) : null;
        for (int i = 0; i < config.layers(); i++) {
            layers.add(addChildBlock(
                    "h",
                    new TransformerLayer(
                            config, Trace.Part.DECODER, i, planned, encoder == null ? null : encoder.norm())));
        }
        finalNormScale = planned.of(plan.get(Role.FINAL_NORM));
        finalNormShift = planned.of(plan.get(Role.FINAL_NORM_SHIFT));
        finalNorm = addChildBlock("ln_f", new Normalisation(config.norm(), finalNormScale, finalNormShift));
        head = config.tiedHead() ? tokens : addParameter(planned.of(plan.head()));
    }

    /** The shape of this transformer. */
    public ModelConfig config() {
        return config;
    }

    /** The list of its weights and their roles. */
    public WeightPlan plan() {
        return plan;
    }

    /** The stream to which attention's output is added before anything else reads it: where its heads can be changed. */
    public Trace.Step afterAttention() {
        return config.residual() == Residual.SEQUENTIAL ? Trace.Step.RESIDUAL_MIDDLE : Trace.Step.RESIDUAL_AFTER;
    }

    /** How its fused operations multiply matrices. */
    public Arithmetic arithmetic() {
        return arithmetic;
    }

    /** The format of its large weights. */
    NumberFormat format() {
        return format;
    }

    /** The fused operations this transformer computes with. */
    public Kernels kernels() {
        return kernels;
    }

    /**
     * All parameters by their names in the plan ({@code wte.weight}, {@code h.0.attn.c_attn.weight}, …), in the plan's
     * order.
     */
    public Map<String, Parameter> namedParameters() {
        return planned.byName();
    }

    /** The number of trained parameters. */
    public long trainedParameters() {
        return planned.byName().values().stream()
                .filter(Parameter::requiresGradient)
                .mapToLong(parameter -> parameter.getShape().size())
                .sum();
    }

    /**
     * Initializes every parameter.
     *
     * @param owner the manager, and so the device, that the weights belong to
     * @param start returns the initializer of a parameter, given its name in the plan
     */
    public void initialize(NDManager owner, Function<String, Initializer> start) {
        planned.byName().forEach((name, parameter) -> parameter.setInitializer(start.apply(name)));
        initialize(owner, DataType.FLOAT32, new Shape(1, config.context()));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, @Nullable PairList<String, Object> params) {
        NDArray ids = inputs.head();
        KeyValueCache cache = KeyValueCache.in(params);
        requireRoom(ids.getShape().get(1) + (cache == null ? 0 : cache.length()));
        if (encoder != null && cache == null) {
            requireRoom(inputs.get(1).getShape().get(1));
        }
        Trace trace = Trace.in(params);
        if (trace != null) {
            WeightNumbers.requireIn(this);
            return new NDList(explicit(store, inputs, training, trace));
        }
        if (cache != null) {
            return new NDList(cache.read(kernels, ids, () -> weights(store, ids.getDevice(), training)));
        }
        NDList weights = weights(store, ids.getDevice(), training);
        return new NDList(
                encoder == null
                        ? kernels.transform(ids, weights, training)
                        : kernels.translate(ids, inputs.get(1), inputs.get(2), weights, training));
    }

    private void requireRoom(long positions) {
        if (positions > config.context()) {
            throw new IllegalArgumentException(
                    "%d positions are more than the context of %d".formatted(positions, config.context()));
        }
    }

    private NDList weights(ParameterStore store, Device device, boolean training) {
        NDList weights = new NDList(planned.byName().size());
        for (Parameter parameter : planned.byName().values()) {
            weights.add(store.getValue(parameter, device, training));
        }
        return weights;
    }

    /**
     * Reads the next token of a single row, as a pass with the cache does, with less overhead.
     *
     * @param device where the weights are
     * @param cache one that {@linkplain KeyValueCache#hasOneRow() has one row}
     * @return the logits (1,V), in the cache's manager; close them
     */
    public NDArray readNext(ParameterStore store, Device device, long id, KeyValueCache cache) {
        requireRoom(cache.length() + 1L);
        return cache.readNext(kernels, id, () -> weights(store, device, false));
    }

    /**
     * Reads the sources that later passes with this cache attend to.
     *
     * @param sources (B,S) int64, padded on the right, S at most the context
     * @param lengths (B) int64, the length of each without padding, at least 1
     * @param cache a cache of B rows that has read nothing yet
     */
    public void readSource(ParameterStore store, NDArray sources, NDArray lengths, KeyValueCache cache) {
        requireRoom(sources.getShape().get(1));
        cache.lookUp(kernels.readSource(sources, lengths, weights(store, sources.getDevice(), false)), lengths);
    }

    /**
     * Measures how well a transformer without an encoder predicts each target, without the logits of all positions in memory at once.
     *
     * @param ids (B,T) int64, T at most the context
     * @param targets (B,T) int64
     * @param start the first column to measure
     * @return (3,B,T-start), in the manager of {@code ids}: the target's {@code ln P} in nats, its rank, and {@code ln P} of the likeliest
     */
    public NDArray assess(ParameterStore store, NDArray ids, NDArray targets, int start) {
        requireRoom(ids.getShape().get(1));
        return kernels.assess(ids, targets, start, weights(store, ids.getDevice(), false));
    }

    private NDArray explicit(ParameterStore store, NDList inputs, boolean training, Trace trace) {
        PairList<String, Object> params = trace.asParams();
        NDArray ids = inputs.head();
        NDArray embedding = value(store, tokens, ids, training);
        NDArray places = value(store, positions, ids, training);
        NDList looked = new NDList();
        if (encoder != null) {
            NDArray source = inputs.get(1);
            trace.enter(Trace.Part.ENCODER, 0);
            NDArray filling = Masks.unpadded(inputs.get(2), source.getShape().get(1));
            NDArray rows = rows(source, places);
            NDList embedded = new NDList(embed(source, embedding, rows, training, trace), filling, rows);
            looked = encoder.forward(store, embedded, training, params);
            looked.add(filling);
            trace.enter(Trace.Part.DECODER, 0);
        }
        NDArray rows = rows(ids, places);
        NDArray x = embed(ids, embedding, rows, training, trace);
        NDList masks = Masks.ofLayers(ids, config);
        for (int i = 0; i < layers.size(); i++) {
            NDList given = new NDList(x, masks.get(i), rows).addAll(looked);
            x = layers.get(i).forward(store, given, training, params).head();
        }
        NDList read = new NDList(trace.read(Trace.Reader.LOGITS, x));
        NDArray normed = finalNorm.forward(store, read, training).head();
        normed = trace.record(Trace.Step.FINAL_NORM, normed);
        NDArray last = normed;
        NDArray logits = inFloat32(store, normed, head, training, table -> times(last, table));
        return trace.record(Trace.Step.LOGITS, logits);
    }

    /** {@code x·Eᵀ}. */
    private static NDArray times(NDArray x, NDArray table) {
        try (NDArray transposed = table.transpose()) { // (C,V)
            return x.matMul(transposed);
        }
    }

    /** The rows of the first positions, (T,R). */
    private static NDArray rows(NDArray ids, NDArray places) {
        return places.get(ids.getManager(), new NDIndex("0:{}", ids.getShape().get(1)));
    }

    /**
     * Continues a pass from a layer's residual stream to the logits, with the fused operations.
     *
     * @param x (B,T,C)
     * @param layer that layer, from 0
     * @param step which of the layer's streams {@code x} is: {@link Trace.Step#RESIDUAL_BEFORE}, {@link Trace.Step#RESIDUAL_AFTER} or,
     *     if the residual is sequential, {@link Trace.Step#RESIDUAL_MIDDLE}
     * @param every whether to return the logits of every position
     * @return the logits of the last position (B,V), or of every position (B·T,V), in the manager of {@code x}
     * @throws IllegalArgumentException for another step
     */
    public NDArray resume(ParameterStore store, NDArray x, int layer, Trace.Step step, boolean every) {
        boolean middle = step == Trace.Step.RESIDUAL_MIDDLE && config.residual() == Residual.SEQUENTIAL;
        boolean after = step == Trace.Step.RESIDUAL_AFTER;
        if (!middle && !after && step != Trace.Step.RESIDUAL_BEFORE) {
            throw new IllegalArgumentException("cannot resume a pass from " + step);
        }
        return kernels.resume(x, weights(store, x.getDevice(), false), after ? layer + 1 : layer, middle, every);
    }

    /**
     * Applies the final norm and the head to a residual stream: {@code LN_f(x)·Eᵀ}.
     *
     * @param x (B,T,C)
     * @return logits (B,T,V), in the manager of {@code x}
     */
    public NDArray head(ParameterStore store, NDArray x, boolean training) {
        NDArray scale = value(store, finalNormScale, x, training);
        NDArray shift = value(store, finalNormShift, x, training);
        return kernels.head(x, scale, shift, value(store, head, x, training), training);
    }

    /** {@code E[ids]·s + P}, step by step. */
    private NDArray embed(NDArray ids, NDArray embedding, NDArray places, boolean training, Trace trace) {
        NDManager owner = ids.getManager();
        NDArray scale = owner.create((float) config.embeddingScale());
        NDArray rows = Embedding.embedding(ids, embedding, SparseFormat.DENSE)
                .singletonOrThrow()
                .toType(DataType.FLOAT32, false)
                .mul(scale); // (B,T,C)
        NDArray x = trace.record(Trace.Step.TOKEN_EMBEDDING, rows);
        if (config.positions().ofTokens()) {
            x = config.positions().placeTokens(x, trace.record(Trace.Step.POSITION_EMBEDDING, places));
        }
        return drop(x, (float) config.dropout(), training);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0].add(config.vocabulary())};
    }
}
