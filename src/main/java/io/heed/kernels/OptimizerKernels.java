package io.heed.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;

/**
 * The operations of {@code optimizers.py}, one Java method each, from a loss to the next weights. They depend on no
 * model. Several threads may use an instance at once.
 */
public final class OptimizerKernels {

    private final ScriptModule module;

    private OptimizerKernels(ScriptModule module) {
        this.module = module;
    }

    /**
     * Loads the operations.
     *
     * @param owner the manager whose closing frees them
     */
    public static OptimizerKernels load(NDManager owner) {
        byte[] archive =
                TorchScriptArchive.write("Optimizers", KernelText.read("optimizers"), Map.of("training", true));
        return new OptimizerKernels(new ScriptModule(owner, archive, List.of("gradients")));
    }

    /**
     * Computes the gradients of a loss.
     *
     * @param loss (), computed in training calls
     * @param parameters all parameters that the loss was computed from
     * @return the gradients, in the parameters' shapes and order, in the manager of the loss
     */
    public NDList gradients(NDArray loss, NDList parameters) {
        NDList arguments = ScriptModule.arguments(new NDList(loss), parameters);
        return module.callForAll("gradients", true, arguments);
    }

    /**
     * Sums the squares of gradients.
     *
     * @return () float32, in {@code owner}
     */
    public NDArray squares(NDManager owner, NDList gradients) {
        try (IValue all = ScriptModule.list(gradients);
                IValue result = module.run("squares", all)) {
            return result.toTensor((PtNDManager) owner);
        }
    }

    /**
     * Scales gradients in place so that their global L2 norm is at most a limit.
     *
     * @param squares () the sum of the squares of all gradients, which is the norm squared
     * @param limit the largest norm
     */
    public void clip(NDList gradients, NDArray squares, double limit) {
        try (IValue arrays = ScriptModule.list(gradients);
                IValue sum = IValue.from((PtNDArray) squares);
                IValue max = IValue.from(limit)) {
            module.run("clip", arrays, sum, max).close();
        }
    }

    /** Adds each of {@code others} to the array at the same index, in place. */
    public void add(NDList arrays, NDList others) {
        change("add", arrays, others);
    }

    /** Moves arrays a share of the way towards others, in place. */
    public void approach(NDList arrays, NDList others, double share) {
        try (IValue into = ScriptModule.list(arrays);
                IValue from = ScriptModule.list(others);
                IValue way = IValue.from(share)) {
            module.run("approach", into, from, way).close();
        }
    }

    /** Swaps the values of each array with those of the other array at the same index. */
    public void swap(NDList arrays, NDList others) {
        change("swap", arrays, others);
    }

    private void change(String method, NDList arrays, NDList others) {
        try (IValue into = ScriptModule.list(arrays);
                IValue from = ScriptModule.list(others)) {
            module.run(method, into, from).close();
        }
    }

    /**
     * Takes one step of Adam with decoupled weight decay and bias correction (Loshchilov and Hutter, arXiv 1711.05101),
     * in place.
     *
     * @param parameters the parameters θ
     * @param gradients their gradients g
     * @param first the running means of the gradients, m
     * @param second the running means of their squares, v
     * @param step () float32 on the device, the number of this step, from 1; not changed
     */
    public void adamw(
            NDList parameters, NDList gradients, NDList first, NDList second, NDArray step, AdamWSettings settings) {
        try (IValue theta = ScriptModule.list(parameters);
                IValue g = ScriptModule.list(gradients);
                IValue m = ScriptModule.list(first);
                IValue v = ScriptModule.list(second);
                IValue t = IValue.from((PtNDArray) step);
                IValue rate = IValue.from(settings.rate());
                IValue beta1 = IValue.from(settings.beta1());
                IValue beta2 = IValue.from(settings.beta2());
                IValue epsilon = IValue.from(settings.epsilon());
                IValue decay = IValue.from(settings.weightDecay())) {
            module.run("adamw", theta, g, m, v, t, rate, beta1, beta2, epsilon, decay)
                    .close();
        }
    }

    /**
     * Takes one step of Muon in place: the update is the gradients' running mean with all singular values brought near
     * one by Newton-Schulz iterations (Keller Jordan 2024; iterations of Amsel et al., "Polar Express", arXiv
     * 2505.16932).
     *
     * @param parameters matrices (in, out)
     * @param gradients their gradients
     * @param means the running means of the gradients
     * @param pieces how many side-by-side matrices each parameter is split into; all have one shape or its transpose
     * @param polynomials (iterations, 3) float32 on the CPU, the coefficients of each iteration
     * @param momentum how much of the mean gradient is kept from step to step
     * @param decay the share of a weight, times the rate, that each step subtracts
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
        try (IValue theta = ScriptModule.list(parameters);
                IValue g = ScriptModule.list(gradients);
                IValue m = ScriptModule.list(means);
                IValue cuts = IValue.listFrom(pieces);
                IValue abc = IValue.from((PtNDArray) polynomials);
                IValue size = IValue.from(rate);
                IValue beta = IValue.from(momentum);
                IValue pull = IValue.from(decay)) {
            module.run("muon", theta, g, m, cuts, abc, size, beta, pull).close();
        }
    }

    /**
     * Fills arrays, one after the other, without moving them: others may share their memory.
     *
     * @param numbers their content; empty for zeros
     * @param owner a manager of the same device
     */
    public void fill(List<NDArray> arrays, float[] numbers, NDManager owner) {
        int at = 0;
        for (NDArray array : arrays) {
            Shape shape = array.getShape();
            int size = Math.toIntExact(shape.size());
            try (NDArray content = numbers.length == 0
                            ? owner.zeros(shape)
                            : owner.create(FloatBuffer.wrap(numbers, at, size), shape);
                    NDArray allocated = content.duplicate(); // an array of Java's memory cannot be written
                    GradMode off = GradMode.off()) {
                swap(new NDList(array), new NDList(allocated));
            }
            at += size;
        }
    }

    /** Returns the content of arrays, one after the other. */
    public static float[] numbers(List<NDArray> arrays) {
        float[] numbers = new float
                [Math.toIntExact(arrays.stream().mapToLong(NDArray::size).sum())];
        int at = 0;
        for (NDArray array : arrays) {
            float[] part = array.toFloatArray();
            System.arraycopy(part, 0, numbers, at, part.length);
            at += part.length;
        }
        return numbers;
    }
}
