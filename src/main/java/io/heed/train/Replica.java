package io.heed.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import io.heed.kernels.EngineThreads;
import io.heed.kernels.GradMode;
import io.heed.kernels.OptimizerKernels;
import io.heed.model.Transformer;
import io.heed.model.Weight;
import io.heed.text.corpus.Batch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * One thread's view of a transformer: the weights are shared with all replicas, the gradients are its own.
 *
 * <p>Everything but the constructor, {@link #submit} and {@link #close} runs in the replica's thread.
 */
final class Replica implements AutoCloseable {

    private final Transformer transformer;
    private final OptimizerKernels kernels;
    private final NDManager manager;
    private final Map<Weight, NDArray> trained = new LinkedHashMap<>();
    private final NDList weights = new NDList();
    private Map<Weight, NDArray> gradients = Map.of();
    private final Aliases aliases;
    private final NDArray smoothing;
    private final NDArray none;
    private final ExecutorService thread;
    private NDManager pass;

    /**
     * Creates a replica and its thread.
     *
     * @param operationThreads how many threads the engine may use inside an operation
     * @param labelSmoothing the share of each target that is spread over all tokens during training
     */
    Replica(
            Transformer transformer,
            OptimizerKernels kernels,
            NDManager owner,
            int operationThreads,
            double labelSmoothing) {
        this.transformer = transformer;
        this.kernels = kernels;
        manager = owner.newSubManager();
        pass = manager.newSubManager();
        aliases = new Aliases(manager);
        transformer.namedParameters().forEach((name, parameter) -> {
            if (parameter.requiresGradient()) {
                NDArray alias = parameter.getArray().stopGradient();
                alias.attach(manager);
                alias.setRequiresGradient(true);
                aliases.put(parameter, alias);
                trained.put(transformer.plan().get(name), alias);
                weights.add(alias);
            }
        });
        NDManager cpu = manager.newSubManager(Device.cpu());
        smoothing = cpu.create((float) labelSmoothing);
        none = cpu.create(0f);
        thread = Executors.newSingleThreadExecutor(task -> {
            Runnable prepared = () -> {
                EngineThreads.limit(operationThreads);
                task.run();
            };
            Thread made = new Thread(prepared, "heed-replica");
            made.setDaemon(true);
            return made;
        });
    }

    /** Runs a task in this replica's thread. */
    <T> CompletableFuture<T> submit(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, thread);
    }

    /** The trained parameters, as aliases of the transformer's. */
    Map<Weight, NDArray> trained() {
        return trained;
    }

    /** The gradients from the last call of {@link #learn}; the next call frees them. */
    Map<Weight, NDArray> gradients() {
        return gradients;
    }

    /**
     * Computes the sum of the gradients of some parts of a batch, one after the other. Summing pairwise makes the result the same, to
     * the last bit, as when each half belongs to another replica.
     *
     * @param weight the factor for the sum of a part's losses
     * @return the sum of the weighted losses, in nats
     */
    double learn(List<Batch> parts, float weight) {
        pass.close();
        pass = manager.newSubManager();
        Learnt sum = sum(parts, weight);
        gradients = new LinkedHashMap<>();
        int next = 0;
        for (Weight own : trained.keySet()) {
            gradients.put(own, sum.gradients.get(next++));
        }
        return sum.loss;
    }

    /** The weighted loss of some parts, and its gradients. */
    private record Learnt(double loss, NDList gradients) {}

    private Learnt sum(List<Batch> parts, float weight) {
        if (parts.size() == 1) {
            return one(parts.get(0), weight);
        }
        int half = parts.size() / 2;
        Learnt sum = sum(parts.subList(0, half), weight);
        Learnt other = sum(parts.subList(half, parts.size()), weight);
        try (NDList added = other.gradients) {
            kernels.add(sum.gradients, added);
        }
        return new Learnt(sum.loss + other.loss, sum.gradients);
    }

    private Learnt one(Batch part, float weight) {
        try (GradMode on = GradMode.on();
                NDManager forward = pass.newSubManager()) {
            NDArray loss = loss(part, forward, weight, true);
            NDList found = kernels.gradients(loss, weights);
            found.attach(pass);
            return new Learnt(loss.getFloat(), found);
        }
    }

    /** Returns the sum of the losses of a batch, in nats. */
    double evaluate(Batch batch) {
        try (GradMode off = GradMode.off();
                NDManager reading = manager.newSubManager()) {
            return loss(batch, reading, 1, false).getFloat();
        }
    }

    private NDArray loss(Batch batch, NDManager owner, float weight, boolean training) {
        Shape shape = new Shape(batch.rows(), batch.columns());
        NDArray targets = owner.create(batch.targets(), shape);
        NDArray logits =
                transformer.forward(aliases, Inputs.of(batch, owner), training).head();
        return transformer
                .kernels()
                .crossEntropy(logits, targets, owner.create(weight), training ? smoothing : none, training);
    }

    @Override
    public void close() {
        thread.shutdown();
        manager.close();
    }

    /** Gives the blocks this replica's aliases in place of the transformer's parameters. */
    private static final class Aliases extends ParameterStore {
        private final Map<Parameter, NDArray> arrays = new LinkedHashMap<>();

        Aliases(NDManager manager) {
            super(manager, false);
        }

        void put(Parameter parameter, NDArray alias) {
            arrays.put(parameter, alias);
        }

        /** {@inheritDoc} Parameters that are not trained are shared. */
        @Override
        public NDArray getValue(Parameter parameter, Device device, boolean training) {
            NDArray alias = arrays.get(parameter);
            return alias == null ? parameter.getArray() : alias;
        }
    }
}
