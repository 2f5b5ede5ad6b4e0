package io.heed.kernels;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The fused operations of the texts {@code *.py} beside this class, one Java method each.
 *
 * <p>A {@code training} call records what the backward pass needs and applies dropout. Shapes: B batch, T positions, C width, V vocabulary. Results belong to the manager of the first array that is passed. An
 * instance may be used by several threads at once.
 */
public final class Kernels {

    private final PtSymbolBlock module;
    private final Map<String, NDArray> methods = new LinkedHashMap<>();
    private final AtomicBoolean inlined = new AtomicBoolean();

    private Kernels(PtNDManager manager, PtSymbolBlock module) {
        this.module = module;
        for (String method : List.of("transform", "translate", "head", "cross_entropy", "gradients")) {
            methods.put(method, named(manager.create(0f), "module_method:" + method));
        }
    }

    /**
     * Loads the kernels for models of one kind.
     *
     * @param owner whose closing frees them
     */
    public static Kernels load(NDManager owner, KernelSettings settings, Arithmetic arithmetic) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("training", true);
        attributes.put("layers", (long) settings.layers());
        attributes.put("heads", (long) settings.heads());
        attributes.put("epsilon", settings.epsilon());
        attributes.put("dropout", settings.dropout());
        attributes.put("embedding_scale", settings.embeddingScale());
        attributes.put("one_dnn", arithmetic.oneDnn());
        attributes.put("bfloat16", arithmetic.bfloat16());
        byte[] archive = TorchScriptArchive.write("Kernels", KernelText.of(settings), attributes);
        PtNDManager manager = (PtNDManager) owner.newSubManager(Device.cpu());
        try {
            return new Kernels(manager, JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // never: the stream is in memory
        }
    }

    /**
     * Computes a whole transformer: {@code E[ids]·scale + P}; each layer, {@code x += Attention(LN₁(x)); x += MLP(LN₂(x))};
     * {@code LN_f(x)·Eᵀ}.
     *
     * @param ids (B,T) int64
     * @param weights all of the model, in the order of {@link KernelSettings#weights}
     * @return the logits (B,T,V)
     */
    public NDArray transform(NDArray ids, NDList weights, boolean training) {
        return call("transform", training, ids, weights);
    }

    /**
     * Computes a whole transformer that has an encoder. Shapes: S positions of the source.
     *
     * @param ids (B,T) int64
     * @param source (B,S) int64, the short ones filled up behind
     * @param lengths (B) int64, how many positions of each source are no filling
     * @param weights all of the model, in the order of {@link KernelSettings#weights}
     * @return the logits (B,T,V)
     */
    public NDArray translate(NDArray ids, NDArray source, NDArray lengths, NDList weights, boolean training) {
        NDList arguments = new NDList(plain(ids), plain(source), plain(lengths));
        for (NDArray weight : weights) {
            arguments.add(named(weight, "weights[]"));
        }
        return call("translate", training, arguments);
    }

    /**
     * Reads sources, for a decoder to look up. Records no gradients.
     *
     * @param source (B,S) int64, the short ones filled up behind
     * @param lengths (B) int64, how many positions of each are no filling
     * @param weights as {@link #translate} takes them
     * @return the keys and values of each of the decoder's layers (L,B,S,2C)
     */
    public NDArray readSource(NDArray source, NDArray lengths, NDList weights) {
        try (IValue tokens = IValue.from((PtNDArray) source);
                IValue known = IValue.from((PtNDArray) lengths);
                IValue w = list(weights);
                IValue found = IValueUtils.runMethod(module, "read_source", tokens, known, w)) {
            return found.toTensor((PtNDManager) source.getManager());
        }
    }

    /**
     * Computes the rest of a transformer from a residual stream on. Records no gradients.
     *
     * @param x (B,T,C): the input of a layer, or the stream between a layer's attention and its feed-forward network
     * @param weights as {@link #transform} takes them
     * @param layer that layer, from 0
     * @param middle whether {@code x} stands between its attention and its feed-forward network
     * @return the logits of the last position (B,V)
     */
    public NDArray resume(NDArray x, NDList weights, int layer, boolean middle) {
        try (IValue stream = IValue.from((PtNDArray) x);
                IValue w = list(weights);
                IValue first = IValue.from((long) layer);
                IValue within = IValue.from(middle);
                IValue logits = IValueUtils.runMethod(module, "resume", stream, w, first, within)) {
            return logits.toTensor((PtNDManager) x.getManager());
        }
    }

    /**
     * Computes a whole transformer for positions that come after others, whose keys and values are kept. Records no gradients.
     *
     * @param ids (B,T) int64
     * @param weights as {@link #transform} takes them, or with an encoder {@link #translate}
     * @param kept keys and values of every layer, (L,B,at least start+T,2C); those of {@code ids} are written behind the first
     *     {@code start}
     * @param padding nothing, or (B) int64, how many of each row's first positions are padding, which nothing sees
     * @param source nothing, or with an encoder what {@link #readSource} gave, and the lengths of the sources
     * @return the logits of the last position (B,V)
     */
    public NDArray read(NDArray ids, NDList weights, NDArray kept, int start, NDList padding, NDList source) {
        boolean one = start > 0 && ids.getShape().get(1) == 1;
        try (IValue tokens = IValue.from((PtNDArray) ids);
                IValue w = list(weights);
                IValue keysAndValues = IValue.from((PtNDArray) kept);
                IValue before = IValue.from((long) start);
                IValue hidden = list(padding);
                IValue looked = list(source);
                IValue logits = one
                        ? readOne(tokens, w, keysAndValues, before, hidden, looked)
                        : IValueUtils.runMethod(module, "read", tokens, w, keysAndValues, before, hidden, looked)) {
            return logits.toTensor((PtNDManager) ids.getManager());
        }
    }

    /**
     * Reads one position. A method whose first call is optimised has the methods it calls inlined for good: that call takes some 20 ms
     * longer, and each of the others a tenth less. Optimised further, it would be compiled anew for other shapes.
     */
    private IValue readOne(IValue... arguments) {
        boolean first = !inlined.getAndSet(true);
        JniUtils.setGraphExecutorOptimize(first);
        try {
            return IValueUtils.runMethod(module, "read_one", arguments);
        } finally {
            JniUtils.setGraphExecutorOptimize(false);
        }
    }

    /**
     * Normalises and multiplies by the transposed embedding: {@code LN_f(x)·Eᵀ}.
     *
     * @param x (B,T,C)
     * @param table E, or the table that logits come of where the head is not tied (V,C)
     * @return the logits (B,T,V)
     */
    public NDArray head(NDArray x, NDArray scale, NDArray shift, NDArray table, boolean training) {
        return call("head", training, x, new NDList(scale, shift, table));
    }

    /**
     * Sums {@code −ln softmax(logits)[target]} over the positions whose target is not {@code -100}, times {@code weight}.
     *
     * @param logits (B,T,V)
     * @param targets (B,T) int64
     * @param weight () on the device of the logits
     * @param smoothing () on the CPU, the share of each target that is spread over all tokens alike (Szegedy et al., arXiv 1512.00567)
     * @return () float32
     */
    public NDArray crossEntropy(NDArray logits, NDArray targets, NDArray weight, NDArray smoothing, boolean training) {
        return call("cross_entropy", training, plain(logits), plain(targets), plain(weight), plain(smoothing));
    }

    /**
     * Says how well each target was foreseen. Records no gradients.
     *
     * @param logits (B,T,V)
     * @param targets (B,T) int64
     * @param start the first column that is asked for
     * @return (3,B,T-start): the target's {@code ln P} in nats, its rank (1 the likeliest; of equals, the lower id is first), and
     *     {@code ln P} of the likeliest
     */
    public NDArray foresee(NDArray logits, NDArray targets, int start) {
        try (IValue all = IValue.from((PtNDArray) logits);
                IValue next = IValue.from((PtNDArray) targets);
                IValue from = IValue.from((long) start);
                IValue found = IValueUtils.runMethod(module, "foresee", all, next, from)) {
            return found.toTensor((PtNDManager) logits.getManager());
        }
    }

    /**
     * Computes the gradients of a loss.
     *
     * @param loss () computed in training calls
     * @param parameters what the loss was computed from, all of them
     * @return the gradients, of the parameters' shapes and in their order, in the manager of the loss
     */
    public NDList gradients(NDArray loss, NDList parameters) {
        NDList arguments = new NDList(parameters.size() + 2);
        arguments.add(plain(loss));
        for (NDArray parameter : parameters) {
            arguments.add(named(parameter, "weights[]"));
        }
        arguments.add(methods.get("gradients"));
        return IValueUtils.forward(module, arguments, true);
    }

    /**
     * Sums the squares of gradients.
     *
     * @return () float32, in {@code owner}
     */
    public NDArray squares(NDManager owner, NDList gradients) {
        return measured(owner, "squares", gradients);
    }

    /**
     * Measures arrays by their L2 norm.
     *
     * @return (arrays) float32, in {@code owner}
     */
    public NDArray norms(NDManager owner, NDList arrays) {
        return measured(owner, "norms", arrays);
    }

    private NDArray measured(NDManager owner, String method, NDList arrays) {
        try (IValue all = list(arrays);
                IValue result = IValueUtils.runMethod(module, method, all)) {
            return result.toTensor((PtNDManager) owner);
        }
    }

    /**
     * Scales gradients in place so that a global L2 norm comes down to a limit; where it is lower, they stay.
     *
     * @param squares () the sum of the squares of all gradients there are, which is the norm squared
     * @param limit the largest norm
     */
    public void clip(NDList gradients, NDArray squares, double limit) {
        try (IValue arrays = list(gradients);
                IValue sum = IValue.from((PtNDArray) squares);
                IValue max = IValue.from(limit)) {
            IValueUtils.runMethod(module, "clip", arrays, sum, max).close();
        }
    }

    /** Adds each of {@code others} to the array of the same place, in place. */
    public void add(NDList arrays, NDList others) {
        change("add", arrays, others);
    }

    /** Moves arrays a share of the way to others, in place. */
    public void approach(NDList arrays, NDList others, double share) {
        try (IValue into = list(arrays);
                IValue from = list(others);
                IValue way = IValue.from(share)) {
            IValueUtils.runMethod(module, "approach", into, from, way).close();
        }
    }

    /** Puts the numbers of arrays into others of the same place, and theirs into these. */
    public void swap(NDList arrays, NDList others) {
        change("swap", arrays, others);
    }

    private void change(String method, NDList arrays, NDList others) {
        try (IValue into = list(arrays);
                IValue from = list(others)) {
            IValueUtils.runMethod(module, method, into, from).close();
        }
    }

    /**
     * Takes one step of Adam with decoupled weight decay and bias correction (Loshchilov and Hutter, arXiv 1711.05101), in place.
     *
     * @param parameters the parameters θ
     * @param gradients their gradients g
     * @param first the running means of the gradients, m
     * @param second the running means of their squares, v
     * @param step () float32 on the device, the number of this step, from 1, which stays as it is
     */
    public void adamw(
            NDList parameters, NDList gradients, NDList first, NDList second, NDArray step, AdamWSettings settings) {
        try (IValue theta = list(parameters);
                IValue g = list(gradients);
                IValue m = list(first);
                IValue v = list(second);
                IValue t = IValue.from((PtNDArray) step);
                IValue rate = IValue.from(settings.rate());
                IValue beta1 = IValue.from(settings.beta1());
                IValue beta2 = IValue.from(settings.beta2());
                IValue epsilon = IValue.from(settings.epsilon());
                IValue decay = IValue.from(settings.weightDecay())) {
            IValueUtils.runMethod(module, "adamw", theta, g, m, v, t, rate, beta1, beta2, epsilon, decay)
                    .close();
        }
    }

    /**
     * Takes one step of Muon in place: the gradients' running mean, its singular values all brought near one by Newton-Schulz
     * iterations, is the update (Keller Jordan 2024; iterations of Amsel et al., "Polar Express", arXiv 2505.16932).
     *
     * @param parameters matrices (in, out)
     * @param gradients their gradients
     * @param means the running means of the gradients
     * @param pieces into how many matrices side by side each parameter is cut; all pieces have one shape, or its transpose
     * @param polynomials (iterations, 3) float32 on the CPU, the coefficients of each iteration
     * @param momentum how much of the mean gradient is kept from step to step
     * @param decay the share of a weight, times the rate, that each step takes away
     */
    public void muon(
            NDList parameters,
            NDList gradients,
            NDList means,
            long[] pieces,
            NDArray polynomials,
            double rate,
            double momentum,
            double decay) {
        try (IValue theta = list(parameters);
                IValue g = list(gradients);
                IValue m = list(means);
                IValue cuts = IValue.listFrom(pieces);
                IValue abc = IValue.from((PtNDArray) polynomials);
                IValue size = IValue.from(rate);
                IValue beta = IValue.from(momentum);
                IValue pull = IValue.from(decay)) {
            IValueUtils.runMethod(module, "muon", theta, g, m, cuts, abc, size, beta, pull)
                    .close();
        }
    }

    /** Weights have one name always, since several threads may read them at once. */
    private NDArray call(String method, boolean training, NDArray input, NDList weights) {
        NDList arguments = new NDList(weights.size() + 2);
        arguments.add(plain(input));
        for (NDArray weight : weights) {
            arguments.add(named(weight, "weights[]"));
        }
        return call(method, training, arguments);
    }

    private NDArray call(String method, boolean training, NDArray... arguments) {
        return call(method, training, new NDList(arguments));
    }

    /** The engine reads a call's method and its grouping into lists from the arrays' names. */
    private NDArray call(String method, boolean training, NDList arguments) {
        arguments.add(methods.get(method));
        return IValueUtils.forward(module, arguments, training).singletonOrThrow();
    }

    private static NDArray plain(NDArray array) {
        return named(array, "");
    }

    private static NDArray named(NDArray array, String name) {
        array.setName(name);
        return array;
    }

    private static IValue list(NDList arrays) {
        return IValue.listFrom(arrays.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new));
    }
}
