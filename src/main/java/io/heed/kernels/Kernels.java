package io.heed.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The fused operations of the {@code *.py} files beside this class, one Java method each.
 *
 * <p>A {@code training} call records what the backward pass needs and applies dropout. Shapes: B batch, T positions, C
 * width, V vocabulary. Results belong to the manager of the first array argument. Several threads may use an instance
 * at once.
 */
public final class Kernels {

    /** From this many rows on, oneDNN may multiply. */
    private static final int MANY = 256;

    private final ScriptModule module;
    private final StepKernels step;

    private Kernels(ScriptModule module, StepKernels step) {
        this.module = module;
        this.step = step;
    }

    /** The weights it keeps in int8. */
    public PackedWeights packed() {
        return new PackedWeights(module);
    }

    /**
     * Loads the kernels for one kind of model.
     *
     * @param owner the manager whose closing frees them
     */
    public static Kernels load(NDManager owner, KernelSettings settings, Arithmetic arithmetic) {
        ModelModules modules = new ModelModules(owner, settings, arithmetic);
        ScriptModule whole = modules.whole();
        return new Kernels(whole, new StepKernels(modules, whole));
    }

    /**
     * Computes a decoder-only transformer: {@code E[ids]·scale + P}; each layer, {@code x += Attention(LN₁(x)); x +=
     * MLP(LN₂(x))}; {@code LN_f(x)·Eᵀ}.
     *
     * @param ids (B,T) int64
     * @param weights all weights of the model, in the order of {@link KernelSettings#weights}
     * @return the logits (B,T,V)
     */
    public NDArray transform(NDArray ids, NDList weights, boolean training) {
        return module.call("transform", training, ScriptModule.arguments(new NDList(ids), weights));
    }

    /**
     * Computes an encoder-decoder transformer. Shapes: S positions of the source.
     *
     * @param ids (B,T) int64
     * @param source (B,S) int64, padded on the right
     * @param lengths (B) int64, the length of each source without padding
     * @param weights all weights of the model, in the order of {@link KernelSettings#weights}
     * @return the logits (B,T,V)
     */
    public NDArray translate(NDArray ids, NDArray source, NDArray lengths, NDList weights, boolean training) {
        NDList read = new NDList(ids, source, lengths);
        return module.call("translate", training, ScriptModule.arguments(read, weights));
    }

    /**
     * Computes the keys and values of sources for the decoder's cross-attention. Records no gradients.
     *
     * @param source (B,S) int64, padded on the right
     * @param lengths (B) int64, the length of each source without padding
     * @param weights as {@link #translate} takes them
     * @return the keys and values of each of the decoder's layers (L,B,S,2K·D)
     */
    public NDArray readSource(NDArray source, NDArray lengths, NDList weights) {
        try (IValue tokens = IValue.from((PtNDArray) source);
                IValue known = IValue.from((PtNDArray) lengths);
                IValue w = ScriptModule.list(weights);
                IValue found = module.run("read_source", tokens, known, w)) {
            return found.toTensor((PtNDManager) source.getManager());
        }
    }

    /**
     * Computes the rest of a transformer from a residual stream. Records no gradients.
     *
     * @param x (B,T,C): the input of a layer, or the stream between a layer's attention and its feed-forward network
     * @param weights as {@link #transform} takes them
     * @param layer the layer, from 0
     * @param middle whether {@code x} is the stream between its attention and its feed-forward network
     * @param every whether to return the logits of every position
     * @return the logits of the last position (B,V), or of every position (B·T,V)
     */
    public NDArray resume(NDArray x, NDList weights, int layer, boolean middle, boolean every) {
        try (IValue stream = IValue.from((PtNDArray) x);
                IValue w = ScriptModule.list(weights);
                IValue first = IValue.from((long) layer);
                IValue within = IValue.from(middle);
                IValue everywhere = IValue.from(every);
                IValue logits = module.run("resume", stream, w, first, within, everywhere)) {
            return logits.toTensor((PtNDManager) x.getManager());
        }
    }

    /**
     * Computes a transformer for positions after those whose keys and values are kept. Records no gradients.
     *
     * @param ids (B,T) int64
     * @param weights as {@link #transform} takes them, or with an encoder {@link #translate}
     * @param start how many positions are kept
     * @param memory keys and values of every layer, (L,B,at least start+T,2K·D), where those of {@code ids} are written after the first
     *     {@code start}; then, with an encoder, the result of {@link #readSource} and the lengths of the sources
     * @param padding empty, or (B) int64, how many of each row's first positions are padding, which no query attends to
     * @return the logits of the last position (B,V)
     */
    public NDArray read(NDArray ids, TensorList weights, int start, TensorList memory, TensorList padding) {
        boolean one = start > 0 && ids.getShape().get(1) == 1 && ids.getShape().get(0) < MANY;
        try (IValue tokens = IValue.from((PtNDArray) ids);
                IValue before = IValue.from((long) start)) {
            IValue[] arguments = {tokens, weights.value(), before, memory.value(), padding.value()};
            try (IValue logits = one ? step.run("read", arguments) : module.run("read", arguments)) {
                return logits.toTensor((PtNDManager) ids.getManager());
            }
        }
    }

    /**
     * Computes a transformer for the next token of a single row without padding, as {@link #read}.
     *
     * @param owner the manager of the result
     * @param id the token
     * @return the logits (1,V)
     */
    public NDArray readNext(NDManager owner, long id, TensorList weights, int start, TensorList memory) {
        try (IValue token = IValue.from(id);
                IValue before = IValue.from((long) start);
                IValue logits = step.run("read_next", token, weights.value(), before, memory.value())) {
            return logits.toTensor((PtNDManager) owner);
        }
    }

    /**
     * Normalises and multiplies by the transposed embedding: {@code LN_f(x)·Eᵀ}.
     *
     * @param x (B,T,C)
     * @param table the head: E, or the table of an untied head (V,C)
     * @return the logits (B,T,V)
     */
    public NDArray head(NDArray x, NDArray scale, NDArray shift, NDArray table, boolean training) {
        NDList weights = new NDList(scale, shift, table);
        return module.call("head", training, ScriptModule.arguments(new NDList(x), weights));
    }

    /**
     * Sums {@code −ln softmax(logits)[target]} over the positions whose target is not {@code -100}, times {@code
     * weight}.
     *
     * @param logits (B,T,V)
     * @param targets (B,T) int64
     * @param weight () on the device of the logits
     * @param smoothing () on the CPU, the share of each target that is spread evenly over all tokens (Szegedy et al.,
     *     arXiv 1512.00567)
     * @return () float32
     */
    public NDArray crossEntropy(NDArray logits, NDArray targets, NDArray weight, NDArray smoothing, boolean training) {
        NDList arguments = new NDList(logits, targets, weight, smoothing);
        return module.call("cross_entropy", training, ScriptModule.arguments(arguments, new NDList()));
    }

    /**
     * Measures how well a decoder-only transformer predicts each target, without the logits of all positions in memory at once. Records
     * no gradients.
     *
     * @param ids (B,T) int64
     * @param targets (B,T) int64
     * @param start the first column to measure
     * @param weights as {@link #transform} takes them
     * @return (3,B,T-start) as {@link #foresee} gives it
     */
    public NDArray assess(NDArray ids, NDArray targets, int start, NDList weights) {
        try (IValue tokens = IValue.from((PtNDArray) ids);
                IValue next = IValue.from((PtNDArray) targets);
                IValue from = IValue.from((long) start);
                IValue w = ScriptModule.list(weights);
                IValue found = module.run("assess", tokens, next, from, w)) {
            return found.toTensor((PtNDManager) ids.getManager());
        }
    }

    /**
     * Measures how well each target was predicted. Records no gradients.
     *
     * @param logits (B,T,V)
     * @param targets (B,T) int64
     * @param start the first column to measure
     * @return (3,B,T-start): the target's {@code ln P} in nats, its rank (1 is the likeliest; among equals, the lower
     *     id comes first), and {@code ln P} of the likeliest token
     */
    public NDArray foresee(NDArray logits, NDArray targets, int start) {
        try (IValue all = IValue.from((PtNDArray) logits);
                IValue next = IValue.from((PtNDArray) targets);
                IValue from = IValue.from((long) start);
                IValue found = module.run("foresee", all, next, from)) {
            return found.toTensor((PtNDManager) logits.getManager());
        }
    }

    /**
     * Returns an array whose numbers are not yet set. In another format than float32, only kernels take it, without gradients, and
     * {@code toType} converts it.
     *
     * @param owner the manager, and so the device, that it belongs to
     */
    public NDArray empty(NDManager owner, Shape shape, NumberFormat format) {
        if (format == NumberFormat.FLOAT32) {
            return owner.create(shape, DataType.FLOAT32, owner.getDevice());
        }
        try (NDArray at = owner.create(0f);
                IValue place = IValue.from((PtNDArray) at);
                IValue sizes = IValue.listFrom(shape.getShape());
                IValue type = IValue.from(format.code);
                IValue array = module.run("empty", place, sizes, type)) {
            return array.toTensor((PtNDManager) owner);
        }
    }

    /** Returns the memory of an array on the CPU: its numbers, row by row. */
    public static ByteBuffer memory(NDArray array) {
        return JniUtils.getByteBuffer((PtNDArray) array, true).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Copies numbers into an array, rounded to its format.
     *
     * @param array laid out row by row
     * @param start the first number of the array to set, counted row by row
     * @param block (M) in any format, on the CPU
     * @param count how many of its numbers to copy
     * @return the sum of the numbers set, in float32
     */
    public float put(NDArray array, long start, NDArray block, long count) {
        try (IValue into = IValue.from((PtNDArray) array);
                IValue at = IValue.from(start);
                IValue from = IValue.from((PtNDArray) block);
                IValue many = IValue.from(count);
                IValue sum = module.run("put", into, at, from, many)) {
            return number(sum, array);
        }
    }

    /** Returns the sum of {@code count} numbers of an array from {@code start} on, in float32. */
    public float total(NDArray array, long start, long count) {
        try (IValue all = IValue.from((PtNDArray) array);
                IValue at = IValue.from(start);
                IValue many = IValue.from(count);
                IValue sum = module.run("total", all, at, many)) {
            return number(sum, array);
        }
    }

    private static float number(IValue value, NDArray near) {
        try (NDArray scalar = value.toTensor((PtNDManager) near.getManager())) {
            return scalar.getFloat();
        }
    }
}
