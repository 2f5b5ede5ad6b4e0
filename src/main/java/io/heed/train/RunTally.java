package io.heed.train;

import io.heed.ResidentMemory;
import io.heed.checkpoint.LanguageModel;
import io.heed.kernels.EngineThreads;
import io.heed.model.shape.ModelConfig;
import io.heed.run.Health;
import io.heed.run.Progress;
import io.heed.run.RunChange;
import io.heed.run.RunState;
import io.heed.watch.Watcher;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/** What a run has come to so far: its losses, evaluations and changes, its speed, and the state that is saved of it. */
final class RunTally implements Watcher.Moment {

    private final LanguageModel model;
    private final TrainingSteps steps;
    private final RunState before;
    private final Health health;
    private final double flopsPerToken;
    private final long start = System.nanoTime();
    private final DoubleSupplier waited; // seconds
    private final List<Progress.Evaluation> evaluations;
    private final List<RunChange> changes;
    private final MeanLoss evaluated;
    private final MeanLoss told;
    private long tokens;
    private double learningSeconds;
    private List<Progress.Layer> layers = List.of();

    /**
     * Continues from a state.
     *
     * @param steps takes the steps from there on
     * @param waited for how many seconds viewers have kept the run waiting
     */
    RunTally(LanguageModel model, TrainingSteps steps, RunState state, DoubleSupplier waited) {
        this.model = model;
        this.waited = waited;
        this.steps = steps;
        before = state;
        health = new Health(state.health());
        evaluations = new ArrayList<>(state.evaluations());
        changes = new ArrayList<>(state.changes());
        evaluated = new MeanLoss(state.updatesEvaluated(), state.lossSumEvaluated());
        told = new MeanLoss(state.step() - state.skipped(), state.lossSum());
        tokens = state.tokens();
        learningSeconds = state.learningSeconds();
        ModelConfig shape = model.transformer().config();
        flopsPerToken =
                6.0 * model.transformer().trainedParameters() + 12.0 * shape.layers() * shape.width() * shape.context();
    }

    /** The state before this part of the run. */
    RunState before() {
        return before;
    }

    /** Checks the run's health after steps, and passes on what is wrong. */
    void check(TrainingSteps.Advance done, int from, int to, Consumer<String> warned) {
        for (int i = 0; i < done.losses().size(); i++) {
            if (!Double.isNaN(done.losses().get(i))) {
                health.look(from + i + 1, done.losses().get(i)).forEach(warned);
            }
        }
        health.look(to, done.layers()).forEach(warned);
        done.warnings().forEach(warned);
    }

    /** Counts steps, which began some time ago, and returns how to tell of them. */
    Progress.Step stepped(TrainingSteps.Advance done, long began) {
        tokens += done.targets();
        layers = done.layers();
        double spent = learningSeconds + seconds(began);
        return new Progress.Step(steps.taken(), () -> told.take(steps), () -> speed(spent));
    }

    /** Counts the time since steps began, which includes telling of them. */
    void learned(long began) {
        learningSeconds += seconds(began);
    }

    /** Counts an evaluation. */
    Progress.Evaluation evaluated(double loss) {
        Progress.Evaluation evaluation = new Progress.Evaluation(
                steps.taken(),
                evaluated.take(steps),
                loss,
                loss < state().bestLoss(),
                steps.rate(),
                steps.gradientNorm(),
                layers,
                speed());
        evaluations.add(evaluation);
        return evaluation;
    }

    /** Counts a change of the run. */
    void changed(RunChange change) {
        changes.add(change);
    }

    /** The state to resume from. */
    RunState state() {
        return new RunState(
                before.began(),
                steps.taken(),
                steps.skipped(),
                tokens,
                steps.lossSum(),
                evaluated.updates(),
                evaluated.lossSum(),
                learningSeconds,
                before.seconds() + seconds(),
                List.copyOf(evaluations),
                health.seen(),
                changes);
    }

    /** The time since this part of the run started, without that for which somebody paused or slowed it. */
    double seconds() {
        return seconds(start) - waited.getAsDouble();
    }

    @Override
    public int step() {
        return steps.taken();
    }

    @Override
    public int updates() {
        return steps.taken() - steps.skipped();
    }

    @Override
    public double lossSum() {
        return steps.lossSum();
    }

    @Override
    public Progress.Speed speed() {
        return speed(learningSeconds);
    }

    @Override
    public double rateFactor() {
        return RunChange.rateFactor(changes);
    }

    @Override
    public List<Progress.Layer> layers() {
        return layers;
    }

    @Override
    public void see(Consumer<LanguageModel> viewer) {
        steps.averaged(() -> {
            try (EngineThreads.Limit limit =
                    EngineThreads.forOneText(model.transformer().plan().size())) {
                viewer.accept(model);
            }
            return true;
        });
    }

    private Progress.Speed speed(double learning) {
        double tokensPerSecond = tokens / learning;
        return new Progress.Speed(
                tokensPerSecond,
                tokensPerSecond * flopsPerToken / 1e9,
                ResidentMemory.bytes().orElse(0) / 1048576.0,
                before.seconds() + seconds());
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    /** The mean training loss of the steps since the last query. */
    private static final class MeanLoss {

        private int updates;
        private double lossSum;

        /** Starts from a learner's number of updates and sum of losses. */
        MeanLoss(int updates, double lossSum) {
            this.updates = updates;
            this.lossSum = lossSum;
        }

        /** Returns the mean and starts over. */
        double take(TrainingSteps steps) {
            int now = steps.taken() - steps.skipped();
            double loss = (steps.lossSum() - lossSum) / (now - updates);
            updates = now;
            lossSum = steps.lossSum();
            return loss;
        }

        /** The number of updates at the last query. */
        int updates() {
            return updates;
        }

        /** The sum of the losses at the last query. */
        double lossSum() {
            return lossSum;
        }
    }
}
