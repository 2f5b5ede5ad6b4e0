package io.heed.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.heed.Seeds;
import io.heed.config.RunConfig;
import io.heed.kernels.OptimizerKernels;
import io.heed.model.ModelConfig;
import io.heed.model.Transformer;
import io.heed.model.Weight;
import io.heed.optimizer.Average;
import io.heed.optimizer.Optimizer;
import io.heed.optimizer.Schedule;
import io.heed.optimizer.StateArrays;
import io.heed.text.corpus.Batch;
import io.heed.text.corpus.TrainingData;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.DoubleConsumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A transformer that learns, step by step: forward, loss, backward, clip, update.
 *
 * <p>The rows of a batch are cut into parts, which replicas of the weights, one thread each, learn from; then the weights, dealt out
 * into shares, are updated in those threads. Parts and shares depend on the configuration alone, and sums are taken in one order, so
 * the result does not depend on the number of threads. Closing it frees the optimizers' arrays; the transformer lives on.
 */
final class Learner implements AutoCloseable {

    /** How many numbers of the residual stream evaluation holds at once: large enough to be quick, less than a step of training takes. */
    private static final int EVALUATION_NUMBERS = 1 << 19;

    /** And how many logits. */
    private static final int EVALUATION_LOGITS = 1 << 23;

    /** Over how many places at least the part of the data is spread that an evaluation reads. */
    private static final int SPREAD = 8;

    /** How many positions a part of a batch has at least. */
    private static final int PART_POSITIONS = 384;

    /** What stands before a weight's name in memory. */
    static final String WEIGHT = "weight.";

    /** Into how many parts a batch is cut at most. */
    private static final int MOST_PARTS = 16;

    private final Transformer transformer;
    private final RunConfig.Training settings;
    private final long seed;
    private final Schedule schedule;
    private final NDManager manager;
    private final OptimizerKernels kernels;
    private final List<Replica> replicas = new ArrayList<>();
    private final List<ParameterShard> shares = new ArrayList<>();
    private final @Nullable Average average;
    private int step;
    private int skipped;
    private double lossSum;
    private double loss;
    private double gradientNorm;

    /** Prepares to train a transformer from its present weights, with what an earlier part of the run left in memory. */
    Learner(Transformer transformer, NDManager owner, RunConfig config, StateArrays memory) {
        this(transformer, owner, config, memory, parts(config, owner.getDevice()));
    }

    /**
     * Prepares to train a transformer from its present weights.
     *
     * @param parts into how many parts a batch is cut, a power of two, no more than its rows
     */
    Learner(Transformer transformer, NDManager owner, RunConfig config, StateArrays memory, int parts) {
        this.transformer = transformer;
        settings = config.training();
        seed = config.seed();
        schedule = new Schedule(
                settings.schedule(),
                settings.finalRate(),
                settings.warmupSteps(),
                settings.decayShare(),
                settings.steps());
        manager = owner.newSubManager();
        kernels = OptimizerKernels.load(manager);
        int cores = Runtime.getRuntime().availableProcessors();
        boolean dropout = config.model().dropout() > 0;
        int workers = dropout ? 1 : workers(config, parts, cores);
        int operationThreads = dropout ? cores : Math.max(1, cores / parts);
        for (int i = 0; i < workers; i++) {
            replicas.add(new Replica(transformer, kernels, manager, operationThreads, settings.labelSmoothing()));
        }
        Optimizer.Context context = new Optimizer.Context(settings.optimizerSettings(), kernels, manager, memory);
        for (List<Weight> weights : divide(parts)) {
            shares.add(new ParameterShard(weights, replicas, settings, context));
        }
        Map<Weight, NDArray> trained = replicas.get(0).trained();
        trained.forEach((weight, array) -> memory.keep(WEIGHT + weight.name(), array));
        average = settings.average() > 0 ? new Average(trained, settings.average(), kernels, manager, memory) : null;
    }

    /**
     * Goes on where an earlier part of the run ended.
     *
     * @param steps the number of steps it took
     * @param passedOver how many of them moved nothing
     * @param losses the sum of its mean losses
     */
    void goOn(int steps, int passedOver, double losses) {
        step = steps;
        skipped = passedOver;
        lossSum = losses;
    }

    /**
     * Into how many parts a batch is cut: a power of two, so that any lower power of two of threads has equally many. On a CPU parts of
     * about {@value #PART_POSITIONS} positions are as quick as any (docs/performance.md). A CUDA device is best given all at once.
     */
    private static int parts(RunConfig config, Device device) {
        long positions = (long) config.training().batch() * config.model().context();
        long useful =
                Math.min(positions / PART_POSITIONS, Math.min(config.training().batch(), MOST_PARTS));
        return device.isGpu() ? 1 : Integer.highestOneBit((int) Math.max(1, useful));
    }

    /**
     * How many replicas learn at once. On a CPU as many as there are cores, each with one engine thread: at every size that was
     * measured this beats one replica whose operations use all cores (docs/performance.md). Where dropout is on, though, threads would
     * draw from the engine's one generator in an order that changes from run to run; then it is one.
     */
    private static int workers(RunConfig config, int parts, int cores) {
        int asked = config.training().workers();
        return Integer.highestOneBit(Math.min(parts, asked > 0 ? asked : cores));
    }

    /** Deals the trained parameters out, the largest first, each to the list that has the least. */
    private List<List<Weight>> divide(int parts) {
        List<List<Weight>> dealt = new ArrayList<>();
        IntStream.range(0, parts).forEach(i -> dealt.add(new ArrayList<>()));
        long[] sizes = new long[parts];
        transformer.plan().weights().stream()
                .filter(Weight::trained)
                .sorted(Comparator.comparingLong(weight -> -weight.shape().size()))
                .forEach(weight -> {
                    int least = 0;
                    for (int i = 1; i < parts; i++) {
                        least = sizes[i] < sizes[least] ? i : least;
                    }
                    dealt.get(least).add(weight);
                    sizes[least] += weight.shape().size();
                });
        return dealt;
    }

    /** The number of steps taken. */
    int steps() {
        return step;
    }

    /** AdamW's learning rate at the last step. */
    double rate() {
        return schedule.share(Math.max(0, step - 1)) * settings.learningRate();
    }

    /** The number of steps that moved nothing. */
    int skipped() {
        return skipped;
    }

    /** The number of steps that moved the weights. */
    int updates() {
        return step - skipped;
    }

    /** Skips a step whose loss or gradients are not finite. */
    void skip() {
        step++;
        skipped++;
    }

    /** The operations it updates with. */
    OptimizerKernels kernels() {
        return kernels;
    }

    /** The trained weights, which move with each step. */
    Map<Weight, NDArray> weights() {
        return replicas.get(0).trained();
    }

    /** The gradients of the last step's batch, until the next. */
    Map<Weight, NDArray> gradients() {
        return replicas.get(0).gradients();
    }

    /**
     * Takes one step on one batch, in {@code accumulate} times as many parts as a batch is else cut into.
     *
     * @return whether it was taken: not where the loss or a gradient is not finite, and then the weights are as they were
     */
    boolean learn(Batch batch) {
        return learn(batch, schedule.share(step));
    }

    /**
     * Takes one step, as {@link #learn(Batch)} does, whatever the schedule says.
     *
     * @param height what the configured learning rates are multiplied by
     */
    boolean learn(Batch batch, double height) {
        float weight = 1f / batch.targetCount();
        if (transformer.config().dropout() > 0) {
            manager.getEngine().setRandomSeed((int) Seeds.derive(seed, "dropout", step));
        }
        List<Batch> parts = batch.split(shares.size() * settings.accumulate());
        loss = inAll(i -> replicas.get(i).learn(ofReplica(i, parts), weight)).stream()
                .mapToDouble(Double::doubleValue)
                .sum();
        try (NDManager pass = manager.newSubManager()) {
            List<NDArray> sums =
                    inAll(i -> ofReplica(i, shares).stream()
                                    .map(share -> share.gather(pass))
                                    .toList())
                            .stream()
                            .flatMap(List::stream)
                            .toList();
            NDArray total = sums.get(0);
            for (NDArray sum : sums.subList(1, sums.size())) {
                total = total.add(sum);
            }
            gradientNorm = Math.sqrt(total.getFloat());
            if (!Double.isFinite(loss) || !Double.isFinite(gradientNorm)) {
                return false;
            }
            int number = updates() + 1;
            NDArray squares = total;
            Optimizer.Update update = new Optimizer.Update(number, pass.create((float) number), height);
            inAll(i -> {
                ofReplica(i, shares).forEach(share -> share.update(squares, update));
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

    /** The equal part of a list that a replica works on. */
    private <T> List<T> ofReplica(int replica, List<T> all) {
        int count = all.size() / replicas.size();
        return all.subList(replica * count, (replica + 1) * count);
    }

    /** Returns the sum of the mean losses of all steps that were taken, in nats. */
    double lossSum() {
        return lossSum;
    }

    /** Says what is not finite of a step on a batch that was not taken, and where numbers are largest. */
    String diagnose(Batch batch) {
        OverflowFinder.Place activation = OverflowFinder.activation(transformer, batch, manager);
        return Double.isFinite(loss)
                ? "the gradients are not finite; the largest is that of %s, the largest activation %s"
                        .formatted(OverflowFinder.gradient(gradients()), activation)
                : "the loss is not finite; the largest activation is %s".formatted(activation);
    }

    /** Returns the global L2 norm of the last step's gradients, before clipping. */
    double gradientNorm() {
        return gradientNorm;
    }

    /** Does something with the weights that are evaluated and saved: their mean, where the run has one. */
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
     * Returns the mean loss over the data, or the part of it that an evaluation reads, in nats a target.
     *
     * @param told hears which share of it is read, from 0 to 1, from one thread at a time
     */
    double evaluate(TrainingData data, DoubleConsumer told) {
        ModelConfig shape = transformer.config();
        long rows = Math.min(
                EVALUATION_NUMBERS / shape.width() / shape.context(),
                EVALUATION_LOGITS / shape.vocabulary() / shape.context());
        long wanted = settings.evaluateTokens();
        boolean whole = wanted == 0 || wanted >= data.targets();
        if (!whole) {
            rows = Math.min(rows, wanted / shape.context() / SPREAD);
        }
        List<Batch> all = data.all((int) Math.max(1, rows));
        List<Batch> batches = whole ? all : some((double) wanted / data.targets(), all);
        int[] done = {0};
        List<Double> sums = inAll(i -> replicas.get(i)
                .evaluate(IntStream.range(0, batches.size())
                        .filter(batch -> batch % replicas.size() == i)
                        .mapToObj(batch -> {
                            synchronized (done) {
                                told.accept((double) done[0]++ / batches.size());
                            }
                            return batches.get(batch);
                        })));
        long targets = whole
                ? data.targets()
                : batches.stream().mapToLong(Batch::targetCount).sum();
        return sums.stream().mapToDouble(Double::doubleValue).sum() / targets;
    }

    /** A share of some batches, spread over all. */
    private static List<Batch> some(double share, List<Batch> batches) {
        int count = (int) Math.max(1, Math.ceil(share * batches.size()));
        return IntStream.range(0, count)
                .mapToObj(i -> batches.get((int) ((long) i * batches.size() / count)))
                .toList();
    }

    /** Runs a task in the thread of each replica and waits for all of them, interrupted or not: they use memory that we own. */
    private <T> List<T> inAll(IntFunction<T> task) {
        List<Future<T>> running = new ArrayList<>();
        for (int i = 0; i < replicas.size(); i++) {
            int replica = i;
            running.add(replicas.get(i).submit(() -> task.apply(replica)));
        }
        List<T> results = new ArrayList<>();
        Throwable failure = null;
        boolean interrupted = false;
        for (Future<T> future : running) {
            for (boolean waiting = true; waiting; ) {
                try {
                    results.add(future.get());
                    waiting = false;
                } catch (ExecutionException e) {
                    failure = e.getCause();
                    waiting = false;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
        }
        return results;
    }

    @Override
    public void close() {
        replicas.forEach(Replica::close);
        manager.close();
    }
}
