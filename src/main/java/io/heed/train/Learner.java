package io.heed.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.heed.Seeds;
import io.heed.kernels.GradMode;
import io.heed.kernels.Kernels;
import io.heed.model.Transformer;
import io.heed.text.Batch;
import io.heed.text.TrainingData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
     * @param rate AdamW's learning rate
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
    private final List<Optimizer> optimizers = new ArrayList<>();
    private int step;

    /** Prepares to train a transformer from its present weights. */
    Learner(Transformer transformer, NDManager owner, RunConfig config) {
        this.transformer = transformer;
        kernels = transformer.kernels();
        settings = config.training();
        seed = config.seed();
        schedule = new Schedule(
                settings.schedule(),
                settings.finalRate(),
                settings.warmupSteps(),
                settings.decayShare(),
                settings.steps());
        manager = owner.newSubManager();
        store = new ParameterStore(manager, false);
        Map<String, NDArray> matrices = new LinkedHashMap<>();
        NDList others = new NDList();
        transformer.namedParameters().forEach((name, parameter) -> {
            if (parameter.requiresGradient()) {
                NDArray array = parameter.getArray();
                trained.add(array);
                boolean inLayer = name.startsWith("h.") && array.getShape().dimension() == 2;
                if (inLayer && settings.optimizer() == OptimizerChoice.MUON) {
                    matrices.put(name, array);
                } else {
                    others.add(array);
                }
            }
        });
        optimizers.add(new AdamW(others, settings, kernels, manager));
        if (!matrices.isEmpty()) {
            optimizers.add(new Muon(matrices, settings, kernels, manager));
        }
    }

    /** The number of steps taken. */
    int steps() {
        return step;
    }

    /** Takes one step on one batch. */
    Step learn(Batch batch) {
        double share = schedule.share(step);
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
            optimizers.forEach(optimizer -> optimizer.step(share));
            step++;
            return new Step(loss.getFloat(), norm.getFloat(), share * settings.learningRate());
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
