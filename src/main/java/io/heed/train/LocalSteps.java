package io.heed.train;

import ai.djl.ndarray.NDArray;
import io.heed.run.RunState;
import java.util.Map;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;

/** Takes one step at a time on this machine. */
final class LocalSteps implements TrainingSteps {

    private final TrainingSite.Start start;
    private final Learner learner;
    private final BatchSteps steps;

    /** Continues from the run's state. */
    LocalSteps(TrainingSite.Start start) {
        this.start = start;
        learner = new Learner(start.transformer(), start.manager(), start.config(), start.memory());
        RunState state = start.state();
        learner.resume(state.step(), state.skipped(), state.lossSum());
        steps = new BatchSteps(learner, start.config().training());
    }

    @Override
    public int taken() {
        return learner.steps();
    }

    @Override
    public int skipped() {
        return learner.skipped();
    }

    @Override
    public double lossSum() {
        return learner.lossSum();
    }

    @Override
    public double rate() {
        return learner.rate();
    }

    @Override
    public double gradientNorm() {
        return learner.gradientNorm();
    }

    @Override
    public int next() {
        return learner.steps() + 1;
    }

    @Override
    public Advance advance(boolean look) {
        return steps.take(start.corpus().training(), start.config().seed(), 1, look, () -> {});
    }

    @Override
    public double evaluate(DoubleConsumer told) {
        return learner.evaluate(start.corpus().validation(), told);
    }

    @Override
    public void scale(double factor) {
        learner.scale(factor);
    }

    @Override
    public <T> T averaged(Supplier<T> task) {
        return learner.averaged(task);
    }

    @Override
    public Map<String, NDArray> arrays() {
        return learner.memory().arrays();
    }

    @Override
    public void close() {
        learner.close();
    }
}
