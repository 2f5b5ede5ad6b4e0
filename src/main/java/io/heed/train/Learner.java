package io.heed.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import io.heed.Seeds;
import io.heed.model.Transformer;
import io.heed.text.Batch;
import io.heed.text.TrainingData;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * A transformer that learns, step by step: forward, loss, backward, clip, update.
 *
 * <p>The rows of a batch are split among replicas, one thread each, that share the weights; each replica then updates a share of the
 * weights for all. Closing it frees the optimizers' arrays; the transformer lives on.
 */
final class Learner implements AutoCloseable {

    /** The largest number of positions that evaluation reads at once. */
    private static final int EVALUATION_POSITIONS = 4096;

    private final Transformer transformer;
    private final RunConfig.Training settings;
    private final long seed;
    private final Schedule schedule;
    private final NDManager manager;
    private final List<Replica> replicas = new ArrayList<>();
    private final List<Share> shares = new ArrayList<>();
    private NDArray squares;
    private int step;

    /** Prepares to train a transformer from its present weights. */
    Learner(Transformer transformer, NDManager owner, RunConfig config) {
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
        squares = manager.create(0f);
        int cores = Runtime.getRuntime().availableProcessors();
        int workers = workers(config, manager.getDevice(), cores);
        for (int i = 0; i < workers; i++) {
            replicas.add(new Replica(transformer, manager, Math.max(1, cores / workers)));
        }
        List<List<String>> names = divide(workers);
        for (int i = 0; i < workers; i++) {
            shares.add(new Share(names.get(i), replicas.get(i), replicas, settings, transformer.kernels(), manager));
        }
    }

    /**
     * How many replicas learn at once. On a CPU as many as there are cores, each with one engine thread: at every size that was
     * measured this beats one replica whose operations use all cores (docs/performance.md). But no more than rows or tensors, and one where
     * dropout is on, since threads would draw from the engine's one generator in an order that changes from run to run. A CUDA device
     * is one.
     */
    private int workers(RunConfig config, Device device, int cores) {
        if (device.isGpu() || config.model().dropout() > 0) {
            return 1;
        }
        int asked = config.training().workers();
        int useful = Math.min(config.training().batch(), trainedTensors());
        return Math.min(useful, asked > 0 ? asked : cores);
    }

    private int trainedTensors() {
        return (int) transformer.namedParameters().values().stream()
                .filter(Parameter::requiresGradient)
                .count();
    }

    /** Deals the trained parameters out, the largest first, each to who has the least. */
    private List<List<String>> divide(int workers) {
        List<List<String>> names = new ArrayList<>();
        IntStream.range(0, workers).forEach(i -> names.add(new ArrayList<>()));
        long[] sizes = new long[workers];
        transformer.namedParameters().entrySet().stream()
                .filter(entry -> entry.getValue().requiresGradient())
                .sorted(Comparator.comparingLong(
                        entry -> -entry.getValue().getShape().size()))
                .forEach(entry -> {
                    int least = 0;
                    for (int i = 1; i < workers; i++) {
                        least = sizes[i] < sizes[least] ? i : least;
                    }
                    names.get(least).add(entry.getKey());
                    sizes[least] += entry.getValue().getShape().size();
                });
        return names;
    }

    /** The number of steps taken. */
    int steps() {
        return step;
    }

    /** AdamW's learning rate at the last step. */
    double rate() {
        return schedule.share(Math.max(0, step - 1)) * settings.learningRate();
    }

    /** Takes one step on one batch. Does not wait for the device. */
    void learn(Batch batch) {
        double height = schedule.share(step);
        float weight = 1f / batch.targetCount();
        manager.getEngine().setRandomSeed((int) Seeds.derive(seed, "dropout", step));
        int parts = replicas.size();
        inAll(i -> () -> {
            int from = i * batch.rows() / parts;
            int to = (i + 1) * batch.rows() / parts;
            replicas.get(i).learn(parts == 1 ? batch : batch.rows(from, to), weight);
            return true;
        });
        try (NDManager pass = manager.newSubManager()) {
            List<NDArray> sums = inAll(i -> () -> shares.get(i).gather(pass));
            NDArray total = sums.get(0);
            for (NDArray sum : sums.subList(1, sums.size())) {
                total = total.add(sum);
            }
            NDArray all = total;
            inAll(i -> () -> {
                shares.get(i).update(all, height);
                return true;
            });
            squares.close();
            all.attach(manager);
            squares = all;
        }
        step++;
    }

    /** Returns the sum of the mean losses of all steps so far, in nats. Waits for the device. */
    double lossSum() {
        return replicas.stream()
                .mapToDouble(replica -> replica.lossSum().getDouble())
                .sum();
    }

    /** Returns the global L2 norm of the last step's gradients, before clipping. Waits for the device. */
    double gradientNorm() {
        return Math.sqrt(squares.getFloat());
    }

    /** Returns the mean loss over all of the data, in nats a target. */
    double evaluate(TrainingData data) {
        List<Batch> batches =
                data.all(Math.max(1, EVALUATION_POSITIONS / transformer.config().context()));
        List<Double> sums = inAll(i -> () -> replicas.get(i)
                .evaluate(IntStream.range(0, batches.size())
                        .filter(batch -> batch % replicas.size() == i)
                        .mapToObj(batches::get)
                        .toList()));
        return sums.stream().mapToDouble(Double::doubleValue).sum() / data.targets();
    }

    /** Runs a task in the thread of each replica and waits for all of them, interrupted or not: they use memory that we own. */
    private <T> List<T> inAll(IntFunction<Callable<T>> task) {
        List<Future<T>> running = new ArrayList<>();
        for (int i = 0; i < replicas.size(); i++) {
            running.add(replicas.get(i).submit(task.apply(i)));
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
