package io.heed.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.heed.Seeds;
import io.heed.config.RunConfig;
import io.heed.kernels.OptimizerKernels;
import io.heed.model.Transformer;
import io.heed.model.Weight;
import io.heed.optimizer.Average;
import io.heed.optimizer.Optimizer;
import io.heed.optimizer.Schedule;
import io.heed.optimizer.StateArrays;
import io.heed.text.corpus.Batch;
import io.heed.text.corpus.TrainingData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Trains a transformer step by step: forward, loss, backward, clip, update.
 *
 * <p>A batch is split by rows into parts. Replicas, one thread each, compute the gradients of the parts; the same threads then update
 * the weights, which are divided into shards. Parts and shards depend only on the configuration, and sums are taken in a fixed order,
 * so the result does not depend on the number of threads. Closing a learner frees the optimizers' arrays but not the transformer.
 */
final class Learner implements AutoCloseable {

    /** The prefix of a weight's name among the arrays kept. */
    static final String WEIGHT = "weight.";

    private final Transformer transformer;
    private final RunConfig.Training settings;
    private final Schedule schedule;
    private final NDManager manager;
    private final OptimizerKernels kernels;
    private final StateArrays memory;
    private final Replicas replicas;
    private final List<ParameterShard> shares = new ArrayList<>();
    private final @Nullable Average average;
    private int step;
    private int skipped;
    private double lossSum;
    private double loss;
    private double gradientNorm;
    private double scale = 1;

    /** Prepares to train a transformer from its present weights, with the arrays that an earlier part of the run kept. */
    Learner(Transformer transformer, NDManager owner, RunConfig config, StateArrays memory) {
        this(transformer, owner, config, memory, BatchDivision.of(config, owner.getDevice(), transformer.arithmetic()));
    }

    /**
     * Prepares to train a transformer from its present weights.
     *
     * @param division how to divide a batch
     */
    Learner(Transformer transformer, NDManager owner, RunConfig config, StateArrays memory, BatchDivision division) {
        this.transformer = transformer;
        settings = config.training();
        this.memory = memory;
        schedule = new Schedule(
                settings.schedule(),
                settings.finalRate(),
                settings.warmupSteps(),
                settings.decayShare(),
                settings.steps());
        manager = owner.newSubManager();
        kernels = OptimizerKernels.load(manager);
        int threads = division.operationThreads();
        replicas = new Replicas(
                division.replicas(),
                () -> new Replica(transformer, kernels, manager, threads, settings.labelSmoothing()));
        Optimizer.Context context = new Optimizer.Context(settings.optimizerSettings(), kernels, manager, memory);
        for (List<Weight> weights : ParameterShard.divide(transformer.plan().weights(), division.parts())) {
            shares.add(new ParameterShard(weights, replicas.all(), settings, context));
        }
        Map<Weight, NDArray> trained = replicas.first().trained();
        trained.forEach((weight, array) -> memory.keep(WEIGHT + weight.name(), array));
        average = settings.average() > 0 ? new Average(trained, settings.average(), kernels, manager, memory) : null;
    }

    /**
     * Resumes where an earlier part of the run ended.
     *
     * @param steps the number of steps it took
     * @param passedOver how many of them were skipped
     * @param losses the sum of its mean losses
     */
    void resume(int steps, int passedOver, double losses) {
        step = steps;
        skipped = passedOver;
        lossSum = losses;
    }

    /** The number of steps taken. */
    int steps() {
        return step;
    }

    /** AdamW's learning rate at the last step. */
    double rate() {
        return schedule.share(Math.max(0, step - 1)) * scale * settings.learningRate();
    }

    /** Multiplies the learning rates of the steps to come. */
    void scale(double factor) {
        scale = factor;
    }

    /** The number of steps that were skipped. */
    int skipped() {
        return skipped;
    }

    /** The number of steps that updated the weights. */
    int updates() {
        return step - skipped;
    }

    /** Skips a step whose loss or gradients are not finite. */
    void skip() {
        step++;
        skipped++;
    }

    /** Its arrays that persist from step to step. */
    StateArrays memory() {
        return memory;
    }

    /** Copies the weights, to compare them with those after a step. */
    LayerWatch watch() {
        return new LayerWatch(weights(), kernels, manager);
    }

    /** The trained weights, which change with each step. */
    Map<Weight, NDArray> weights() {
        return replicas.first().trained();
    }

    /** The gradients of the last step, valid until the next. */
    Map<Weight, NDArray> gradients() {
        return replicas.first().gradients();
    }

    /**
     * Takes one step on one batch, split into {@code accumulate} times the usual number of parts.
     *
     * @param seed the seed of dropout, with the number of the step
     * @return false if the loss or a gradient is not finite; the weights are then unchanged
     */
    boolean learn(Batch batch, long seed) {
        return learn(batch, seed, schedule.share(step) * scale);
    }

    /**
     * Takes one step as {@link #learn(Batch, long)} does, but ignores the schedule.
     *
     * @param height the factor for the configured learning rates
     */
    boolean learn(Batch batch, long seed, double height) {
        float weight = 1f / batch.targetCount();
        if (transformer.config().dropout() > 0) {
            manager.getEngine().setRandomSeed((int) Seeds.derive(seed, "dropout", step));
        }
        List<Batch> parts = batch.split(shares.size() * settings.accumulate());
        loss = replicas.deal(parts, (replica, own) -> replica.learn(own, weight)).stream()
                .mapToDouble(Double::doubleValue)
                .sum();
        try (NDManager pass = manager.newSubManager()) {
            NDArray squares =
                    replicas
                            .deal(
                                    shares,
                                    (replica, own) -> own.stream()
                                            .map(share -> share.gather(pass))
                                            .toList())
                            .stream()
                            .flatMap(List::stream)
                            .reduce(NDArray::add)
                            .orElseThrow();
            gradientNorm = Math.sqrt(squares.getFloat());
            if (!Double.isFinite(loss) || !Double.isFinite(gradientNorm)) {
                return false;
            }
            int number = updates() + 1;
            Optimizer.Update update = new Optimizer.Update(number, pass.create((float) number), height);
            replicas.deal(shares, (replica, own) -> {
                own.forEach(share -> share.update(squares, update));
                return true;
            });
            if (average != null) {
                average.follow(number);
            }
        }
        lossSum += loss;
        step++;
        return true;
    }

    /** Returns the mean loss of the last step, in nats. */
    double loss() {
        return loss;
    }

    /** Returns the sum of the mean losses of all steps that were not skipped, in nats. */
    double lossSum() {
        return lossSum;
    }

    /** Describes what was not finite in a failed step on a batch, and where the numbers are largest. */
    String diagnose(Batch batch) {
        OverflowFinder.Place activation = OverflowFinder.activation(transformer, batch, manager);
        return Double.isFinite(loss)
                ? "the gradients are not finite; the largest gradient is that of %s, the largest activation %s"
                        .formatted(OverflowFinder.gradient(gradients()), activation)
                : "the loss is not finite; the largest activation is %s".formatted(activation);
    }

    /** Returns the global L2 norm of the last step's gradients, before clipping. */
    double gradientNorm() {
        return gradientNorm;
    }

    /** Runs a task on the weights to evaluate and save: their moving average, if the run has one. */
    <T> T averaged(Supplier<T> task) {
        if (average == null) {
            return task.get();
        }
        average.swap();
        try {
            return task.get();
        } finally {
            average.swap();
        }
    }

    /**
     * Returns the mean loss over the data, or the part of it that an evaluation reads, in nats per target.
     *
     * @param told hears the share that has been read, from 0 to 1, from one thread at a time
     */
    double evaluate(TrainingData data, DoubleConsumer told) {
        EvaluatedPart part = EvaluatedPart.of(data, transformer.config(), settings.evaluateTokens());
        return sum(losses(part.batches(), told)) / part.targets();
    }

    /** Adds losses in the order of the text, whoever computed them. */
    static double sum(double[] losses) {
        double sum = 0;
        for (double loss : losses) {
            sum += loss;
        }
        return sum;
    }

    /** Returns the sum of the losses of each of some batches, in nats. */
    double[] losses(List<Batch> batches, DoubleConsumer told) {
        double[] losses = new double[batches.size()];
        int[] done = {0};
        replicas.inAll((replica, i) -> {
            for (int batch = i; batch < losses.length; batch += replicas.size()) {
                synchronized (done) {
                    told.accept((double) done[0]++ / losses.length);
                }
                losses[batch] = replica.evaluate(batches.get(batch));
            }
            return true;
        });
        return losses;
    }

    /** Fills some of its arrays, in place, with numbers; with zeros if there are none. */
    void fill(List<NDArray> arrays, float[] numbers) {
        kernels.fill(arrays, numbers, manager);
    }

    @Override
    public void close() {
        replicas.close();
        manager.close();
    }
}
