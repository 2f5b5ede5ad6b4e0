package io.heed.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import io.heed.Seeds;
import io.heed.kernels.GradMode;
import io.heed.kernels.Kernels;
import io.heed.model.Transformer;
import io.heed.text.Batch;
import io.heed.text.TrainingData;

/**
 * A transformer that learns, step by step: forward, loss, backward, clip, update.
 *
 * <p>Closing it frees the optimizer's arrays; the transformer lives on.
 */
final class Learner implements AutoCloseable {

    /**
     * What one step measured.
     *
     * @param loss the mean of {@code −ln p(target)} over the batch's targets, in nats
     * @param gradientNorm the global L2 norm of the gradients before clipping
     * @param rate the learning rate
     */
    record Step(double loss, double gradientNorm, double rate) {}

    /** The largest number of positions that evaluation reads at once. */
    private static final int EVALUATION_POSITIONS = 16_384;

    private final Transformer transformer;
    private final Kernels kernels;
    private final RunConfig.Training settings;
    private final long seed;
    private final Schedule schedule;
    private final NDManager manager;
    private final ParameterStore store;
    private final NDList trained = new NDList();
    private final AdamW optimizer;
    private int step;

    /** Prepares to train a transformer from its present weights. */
    Learner(Transformer transformer, NDManager owner, RunConfig config) {
        this.transformer = transformer;
        kernels = transformer.kernels();
        settings = config.training();
        seed = config.seed();
        schedule = new Schedule(
                settings.learningRate(), settings.minimumLearningRate(), settings.warmupSteps(), settings.steps());
        manager = owner.newSubManager();
        store = new ParameterStore(manager, false);
        transformer.namedParameters().values().stream()
                .filter(Parameter::requiresGradient)
                .map(Parameter::getArray)
                .forEach(trained::add);
        optimizer = new AdamW(trained, settings, kernels, manager);
    }

    /** The number of steps taken. */
    int steps() {
        return step;
    }

    /** Takes one step on one batch. */
    Step learn(Batch batch) {
        double rate = schedule.rate(step);
        try (GradMode on = GradMode.on();
                NDManager pass = manager.newSubManager()) {
            manager.getEngine().setRandomSeed((int) Seeds.derive(seed, "dropout", step));
            NDArray loss = loss(batch, pass, 1f / batch.targetCount(), true);
            if (step > 0) {
                kernels.zeroGradients(trained);
            }
            kernels.backward(loss);
            double limit = settings.clip() > 0 ? settings.clip() : Double.POSITIVE_INFINITY;
            NDArray norm = kernels.clip(pass, trained, limit);
            optimizer.step(rate);
            step++;
            return new Step(loss.getFloat(), norm.getFloat(), rate);
        }
    }

    /** Returns the mean loss over all of the data, in nats a target. */
    double evaluate(TrainingData data) {
        int rows = Math.max(1, EVALUATION_POSITIONS / transformer.config().context());
        double sum = 0;
        for (Batch batch : data.all(rows)) {
            try (GradMode off = GradMode.off();
                    NDManager pass = manager.newSubManager()) {
                sum += loss(batch, pass, 1, false).getFloat();
            }
        }
        return sum / data.targets();
    }

    private NDArray loss(Batch batch, NDManager pass, float weight, boolean training) {
        Shape shape = new Shape(batch.rows(), batch.columns());
        NDArray inputs = pass.create(batch.inputs(), shape);
        NDArray targets = pass.create(batch.targets(), shape);
        NDArray logits =
                transformer.forward(store, new NDList(inputs), training).head();
        return kernels.crossEntropy(logits, targets, pass.create(weight), training);
    }

    @Override
    public void close() {
        manager.close();
    }
}
