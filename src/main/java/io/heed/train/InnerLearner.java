package io.heed.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.heed.Seeds;
import io.heed.config.RunConfig;
import io.heed.kernels.Arithmetic;
import io.heed.kernels.EngineThreads;
import io.heed.kernels.NumberFormat;
import io.heed.kernels.OptimizerKernels;
import io.heed.model.Transformer;
import io.heed.model.shape.ModelConfig;
import io.heed.optimizer.StateArrays;
import io.heed.run.Progress;
import io.heed.text.corpus.Batch;
import io.heed.text.corpus.TrainingData;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Takes the steps of one of many workers, which start each round from a common state. What it returns depends on its arguments alone, so
 * a worker can take any round on any machine. Not thread-safe.
 */
public final class InnerLearner implements AutoCloseable {

    /**
     * What all workers train alike.
     *
     * @param config the configuration of the run, with the number of workers
     * @param shape the shape of the transformer
     * @param arithmetic how to multiply matrices
     * @param fixed the weights that are not trained, by name, such as sinusoidal positions
     */
    public record Plan(RunConfig config, ModelConfig shape, Arithmetic arithmetic, Map<String, float[]> fixed)
            implements Serializable {

        /** Returns the plan to train a transformer. */
        public static Plan of(RunConfig config, Transformer transformer) {
            Map<String, float[]> fixed = new LinkedHashMap<>();
            transformer.namedParameters().forEach((name, parameter) -> {
                if (!parameter.requiresGradient()) {
                    fixed.put(name, parameter.getArray().toFloatArray());
                }
            });
            return new Plan(config, transformer.config(), transformer.arithmetic(), fixed);
        }
    }

    /**
     * What a run has reached, which all workers start a round from and which says all there is to know of the rounds before.
     *
     * @param skipped the number of steps skipped; by workers, the most that one skipped in each round, added up
     * @param weights the number of weights
     * @param numbers the weights, one after the other, and after them what the optimizers keep; without that before the first step
     */
    public record State(int skipped, int weights, float[] numbers) implements Serializable {

        /** The state of weights before the first step. */
        public static State beginning(float[] weights) {
            return new State(0, weights.length, weights);
        }
    }

    /**
     * A worker's share of a round.
     *
     * @param worker the number of the worker, from 0
     * @param step the number of steps taken before
     * @param count the number of steps to take
     * @param look whether to measure the effect of the last one on each layer
     * @param scale the factor on both configured learning rates
     */
    public record Share(int worker, int step, int count, boolean look, double scale) implements Serializable {

        /** The same for another worker; only the first measures effects. */
        public Share of(int other) {
            return new Share(other, step, count, look && other == 0, scale);
        }
    }

    /**
     * What a worker's share came to.
     *
     * @param reached the state after its steps, or before the one that failed
     * @param losses the mean loss of each step, in nats; NaN for one that was skipped
     * @param targets the number of targets
     * @param rate AdamW's learning rate at the last step
     * @param gradientNorm the gradients' global norm at the last step
     * @param layers the effect of the last step on each layer; empty if not asked for
     * @param warnings one sentence each
     * @param failure why the steps ended early; null if they did not
     */
    public record Outcome(
            State reached,
            List<Double> losses,
            long targets,
            double rate,
            double gradientNorm,
            List<Progress.Layer> layers,
            List<String> warnings,
            TrainingSteps.@Nullable Failure failure) {}

    private final RunConfig config;
    private final NDManager manager;
    private final Transformer transformer;
    private final Learner learner;
    private final BatchSteps steps;

    /**
     * Prepares to train on the CPU.
     *
     * @param plan what to train
     * @param threads the number of threads to train with
     */
    public InnerLearner(Plan plan, int threads) {
        RunConfig.Distributed distributed = plan.config.distributed();
        int workers = Math.max(1, distributed.workers());
        config = plan.config.withTraining(
                plan.config.training().ofWorker(workers, distributed.rateOf(workers), threads));
        EngineThreads.limit(1);
        manager = NDManager.newBaseManager(Device.cpu());
        transformer = new Transformer(plan.shape, manager, plan.arithmetic, NumberFormat.FLOAT32);
        transformer.initialize(manager, name -> (owner, size, type) -> {
            float[] fixed = plan.fixed.get(name);
            if (fixed == null) {
                return owner.zeros(size, type);
            }
            try (NDArray read = owner.create(fixed, size)) {
                return read.duplicate(); // in memory aligned as the engine's own
            }
        });
        BatchDivision division = BatchDivision.of(config, Device.cpu(), plan.arithmetic, threads);
        learner = new Learner(transformer, manager, config, new StateArrays(Map.of()), division);
        steps = new BatchSteps(learner, config.training());
    }

    /** Returns the seed of a worker's batches; the first worker has the run's. */
    static long seed(long seed, int worker) {
        return worker == 0 ? seed : Seeds.derive(seed, "worker", worker);
    }

    /**
     * Takes a worker's share of a round.
     *
     * @param data the worker's part of the text
     * @param start the state to start from
     * @param before called before each step; what it throws ends the share
     */
    public Outcome take(Share share, TrainingData data, State start, Runnable before) {
        fill(start);
        learner.resume(share.step, start.skipped, 0);
        learner.scale(share.scale);
        TrainingSteps.Advance advance =
                steps.take(data, seed(config.seed(), share.worker), share.count, share.look, before);
        return new Outcome(
                new State(learner.skipped(), start.weights, OptimizerKernels.numbers(all())),
                advance.losses(),
                advance.targets(),
                learner.rate(),
                learner.gradientNorm(),
                advance.layers(),
                advance.warnings(),
                advance.failure());
    }

    /**
     * A part of an evaluation.
     *
     * @param losses the losses of its batches, each summed over its targets, in nats
     * @param targets the number of targets of the whole evaluation
     */
    public record Evaluated(double[] losses, long targets) implements Serializable {}

    /**
     * Reads some of the batches of an evaluation: every {@code parts}-th, from number {@code part} on.
     *
     * @param data the validation part
     */
    public Evaluated evaluate(State state, TrainingData data, int part, int parts) {
        fill(state);
        EvaluatedPart whole =
                EvaluatedPart.of(data, transformer.config(), config.training().evaluateTokens());
        List<Batch> batches = whole.batches();
        List<Batch> own = IntStream.range(0, batches.size())
                .filter(batch -> batch % parts == part)
                .mapToObj(batches::get)
                .toList();
        return new Evaluated(learner.losses(own, share -> {}), whole.targets());
    }

    /** Returns the mean loss of an evaluation, in nats per target, from its parts in their order. */
    public static double meanLoss(List<Evaluated> parts) {
        double[] all =
                new double[parts.stream().mapToInt(part -> part.losses.length).sum()];
        for (int batch = 0; batch < all.length; batch++) {
            all[batch] = parts.get(batch % parts.size()).losses[batch / parts.size()];
        }
        return Learner.sum(all) / parts.get(0).targets;
    }

    /** Returns the trained weights of a transformer, in the order in which they are sent, by the names that a checkpoint gives them. */
    public static Map<String, NDArray> weights(Transformer transformer) {
        Map<String, NDArray> weights = new LinkedHashMap<>();
        transformer.namedParameters().forEach((name, parameter) -> {
            if (parameter.requiresGradient()) {
                weights.put(Learner.WEIGHT + name, parameter.getArray());
            }
        });
        return weights;
    }

    private void fill(State state) {
        boolean whole = state.numbers.length > state.weights;
        learner.fill(whole ? all() : weights(), state.numbers);
        if (!whole) {
            learner.fill(others(), new float[0]);
        }
    }

    private List<NDArray> weights() {
        return new ArrayList<>(learner.weights().values());
    }

    /** What the optimizers keep, in an order that no division of the weights changes. */
    private List<NDArray> others() {
        Map<String, NDArray> others = new TreeMap<>(learner.memory().arrays());
        others.keySet().removeIf(name -> name.startsWith(Learner.WEIGHT));
        return List.copyOf(others.values());
    }

    private List<NDArray> all() {
        List<NDArray> all = weights();
        all.addAll(others());
        return all;
    }

    @Override
    public void close() {
        learner.close();
        manager.close();
    }
}
