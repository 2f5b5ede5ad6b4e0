package io.heed.spark.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.heed.HeedException;
import io.heed.config.RunConfig;
import io.heed.kernels.OptimizerKernels;
import io.heed.optimizer.OuterStep;
import io.heed.optimizer.StateArrays;
import io.heed.run.Progress;
import io.heed.run.RunState;
import io.heed.spark.cluster.Cluster;
import io.heed.spark.cluster.TaskFailure;
import io.heed.spark.training.WorkerRound.Report;
import io.heed.train.InnerLearner;
import io.heed.train.InnerLearner.State;
import io.heed.train.TrainingSite;
import io.heed.train.TrainingSteps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;

/**
 * Takes the steps of a run in rounds (DiLoCo, Douillard et al., arXiv 2311.08105; with Muon inside, MuLoCo, Thérien et al., arXiv
 * 2505.23725): each worker takes some steps by itself, then the common weights take one outer step towards the mean of those that the
 * workers reached, and what their optimizers keep is averaged too (Local Adam; Iacob et al., arXiv 2505.22549).
 */
final class RoundSteps implements TrainingSteps {

    private static final String VELOCITY = "outer.velocity";
    private static final String MEMORY = "workers.memory";
    private static final String SKIPPED = "workers.skipped";

    private final RunConfig config;
    private final Cluster cluster;
    private final OuterStep outer;
    private final NDManager manager;
    private final OptimizerKernels kernels;
    private final Map<String, NDArray> arrays;
    private final float[] weights;
    private final float[] velocity;
    private final Broadcast<RunPlan> plan;
    private NDManager checkpoint;
    private State state;
    private Broadcast<State> sent;
    private List<String> places = List.of();
    private int taken;
    private int skipped;
    private double lossSum;
    private double scale = 1;
    private @Nullable Report last;

    /** Continues from the run's state. */
    RoundSteps(TrainingSite.Start start, Cluster cluster, RunPlan plan) {
        this.cluster = cluster;
        config = start.config();
        outer = new OuterStep(
                config.distributed().outerRate(), config.distributed().outerMomentum());
        manager = start.manager().newSubManager();
        checkpoint = manager.newSubManager();
        kernels = OptimizerKernels.load(manager);
        arrays = InnerLearner.weights(start.transformer());
        weights = OptimizerKernels.numbers(List.copyOf(arrays.values()));
        velocity = outer.momentum() > 0 ? velocity(start.memory()) : new float[0];
        this.plan = cluster.context().broadcast(plan);
        state = beginning(start);
        sent = cluster.context().broadcast(state);
        RunState run = start.state();
        taken = run.step();
        skipped = run.skipped();
        lossSum = run.lossSum();
    }

    private float[] velocity(StateArrays memory) {
        float[] before = memory.numbers(VELOCITY);
        return before.length == 0 ? new float[weights.length] : before;
    }

    /** The state that a run starts or continues from. */
    private State beginning(TrainingSite.Start start) {
        if (start.state().step() == 0) {
            return State.beginning(weights.clone());
        }
        float[] memory = start.memory().numbers(MEMORY);
        float[] passedOver = start.memory().numbers(SKIPPED);
        if (memory.length == 0 || passedOver.length == 0) {
            throw new HeedException("the state of %s lacks what the workers' optimizers keep; start a new run".formatted(start.folder()));
        }
        float[] numbers = Arrays.copyOf(weights, weights.length + memory.length);
        System.arraycopy(memory, 0, numbers, weights.length, memory.length);
        return new State((int) passedOver[0], weights.length, numbers);
    }

    @Override
    public int taken() {
        return taken;
    }

    @Override
    public int skipped() {
        return skipped;
    }

    @Override
    public double lossSum() {
        return lossSum;
    }

    @Override
    public double rate() {
        return last == null ? 0 : last.rate();
    }

    @Override
    public double gradientNorm() {
        return last == null ? 0 : last.gradientNorm();
    }

    @Override
    public int next() {
        return Math.min(config.training().steps(), taken + config.distributed().innerSteps());
    }

    @Override
    public Advance advance(boolean look) {
        return told("round " + rounds(next()), () -> round(look));
    }

    /**
     * Runs jobs, whose failure becomes one sentence.
     *
     * @param what what they are for, as Spark's pages show it
     */
    private <T> T told(String what, Supplier<T> jobs) {
        cluster.context().sc().setJobDescription(what);
        try {
            return jobs.get();
        } catch (Exception e) { // Spark throws checked exceptions that it does not declare
            throw TaskFailure.of(e);
        } finally {
            cluster.context().sc().setJobDescription(null);
        }
    }

    /** The number of rounds in which so many steps are taken. */
    private int rounds(int steps) {
        int inner = config.distributed().innerSteps();
        return (steps + inner - 1) / inner;
    }

    private Advance round(boolean look) {
        long begun = System.nanoTime();
        int count = next() - taken;
        InnerLearner.Share share = new InnerLearner.Share(0, taken, count, look, scale);
        JavaRDD<WorkerRound> learned = RoundJobs.learn(cluster.context(), plan, sent, share, places)
                .persist(StorageLevel.MEMORY_AND_DISK()); // one job learns, another averages
        try {
            List<Report> reports = learned.map(WorkerRound::report).collect();
            List<String> warnings = new ArrayList<>();
            for (int worker = 0; worker < reports.size(); worker++) {
                String who = "worker %d: ".formatted(worker);
                reports.get(worker).warnings().forEach(warning -> warnings.add(who + warning));
            }
            Failure failure = failure(reports);
            if (failure != null) {
                return new Advance(List.of(), 0, List.of(), warnings, failure, null);
            }
            long exchanging = System.nanoTime();
            int numbers = state.numbers().length;
            float[] mean = RoundJobs.mean(learned, plan.value(), state, reports.get(0).numbers());
            if (!isFinite(mean)) {
                String what = "the weights that the workers reached, or what their optimizers keep, are not finite";
                return new Advance(List.of(), 0, List.of(), warnings, new Failure(taken + count, what, taken > 0), null);
            }
            accept(mean, reports);
            List<Double> losses = count(reports, count);
            Progress.Round told = round(reports, numbers, begun, exchanging);
            return new Advance(losses, targets(reports), reports.get(0).layers(), warnings, null, told);
        } finally {
            learned.unpersist(false);
        }
    }

    private static boolean isFinite(float[] numbers) {
        for (float number : numbers) {
            if (!Float.isFinite(number)) {
                return false;
            }
        }
        return true;
    }

    /** Takes the outer step, and sends the state that it leads to. */
    private void accept(float[] mean, List<Report> reports) {
        outer.take(weights, mean, velocity);
        System.arraycopy(weights, 0, mean, 0, weights.length);
        kernels.fill(List.copyOf(arrays.values()), weights, manager);
        int most = reports.stream().mapToInt(Report::skipped).max().orElse(0);
        state = new State(most, weights.length, mean);
        sent.destroy();
        sent = cluster.context().broadcast(state);
    }

    /** Counts the steps that a round took, and returns their losses. */
    private List<Double> count(List<Report> reports, int count) {
        List<Double> losses = losses(reports, count);
        taken += count;
        skipped += (int) losses.stream().filter(loss -> Double.isNaN(loss)).count();
        lossSum += losses.stream().filter(loss -> !Double.isNaN(loss)).mapToDouble(loss -> loss).sum();
        last = reports.get(0);
        places = reports.stream().map(Report::place).toList();
        return losses;
    }

    private static long targets(List<Report> reports) {
        return reports.stream().mapToLong(Report::targets).sum();
    }

    /** The failure of the earliest step, or null. */
    private @Nullable Failure failure(List<Report> reports) {
        Failure first = null;
        for (int worker = 0; worker < reports.size(); worker++) {
            Failure found = reports.get(worker).failure();
            if (found != null && (first == null || found.step() < first.step())) {
                first = new Failure(found.step(), "worker %d: %s".formatted(worker, found.what()), taken > 0);
            }
        }
        return first;
    }

    /** The mean loss of each step over the workers that did not skip it; NaN if all did. */
    private static List<Double> losses(List<Report> reports, int count) {
        return IntStream.range(0, count)
                .mapToObj(step -> reports.stream()
                        .mapToDouble(report -> report.losses().get(step))
                        .filter(loss -> !Double.isNaN(loss))
                        .average()
                        .orElse(Double.NaN))
                .toList();
    }

    /** @param numbers how many numbers each worker was sent */
    private Progress.Round round(List<Report> reports, int numbers, long begun, long exchanging) {
        long now = System.nanoTime();
        double all = (now - begun) / 1e9;
        int atOnce = Math.min(reports.size(), Math.max(1, cluster.slots()));
        double learning = reports.stream().mapToDouble(Report::learningSeconds).sum() / atOnce;
        double packing = reports.stream().mapToDouble(Report::exchangeSeconds).sum() / atOnce;
        double exchange = packing + (now - exchanging) / 1e9;
        return new Progress.Round(
                rounds(taken),
                taken,
                reports.size(),
                targets(reports) / all,
                learning,
                exchange,
                Math.max(0, all - learning - exchange),
                4L * numbers * reports.size(),
                reports.stream().mapToLong(Report::bytes).sum());
    }

    @Override
    public double evaluate(DoubleConsumer told) {
        told.accept(0);
        return told("evaluation after step " + taken, () -> RoundJobs.evaluate(cluster.context(), plan, sent));
    }

    @Override
    public void scale(double factor) {
        scale = factor;
    }

    @Override
    public <T> T averaged(Supplier<T> task) {
        return task.get();
    }

    @Override
    public Map<String, NDArray> arrays() {
        Map<String, NDArray> all = new LinkedHashMap<>(arrays);
        checkpoint.close();
        checkpoint = manager.newSubManager();
        float[] numbers = state.numbers();
        if (velocity.length > 0) {
            all.put(VELOCITY, checkpoint.create(velocity));
        }
        all.put(MEMORY, checkpoint.create(Arrays.copyOfRange(numbers, weights.length, numbers.length)));
        all.put(SKIPPED, checkpoint.create(new float[] {state.skipped()}));
        return all;
    }

    @Override
    public void close() {
        sent.destroy();
        plan.destroy();
        manager.close();
        if (cluster.local()) {
            ExecutorLearners.closeAll();
        }
    }
}
