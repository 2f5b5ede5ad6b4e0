package io.heed.train;

import io.heed.config.RunConfig;
import io.heed.run.Progress;
import io.heed.text.corpus.Batch;
import io.heed.text.corpus.TrainingData;
import io.heed.train.TrainingSteps.Advance;
import io.heed.train.TrainingSteps.Failure;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes steps on the batches of a text, and skips those whose loss or gradients are not finite as far as the run allows. */
final class BatchSteps {

    private final Learner learner;
    private final RunConfig.Training settings;
    private final List<Double> losses = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    BatchSteps(Learner learner, RunConfig.Training settings) {
        this.learner = learner;
        this.settings = settings;
    }

    /**
     * Takes the next steps, or those before the first that fails.
     *
     * @param data the text
     * @param seed the seed of its batches and of dropout
     * @param count how many steps to take
     * @param look whether to measure the effect of the last one on each layer
     * @param before called before each step; what it throws ends them
     */
    Advance take(TrainingData data, long seed, int count, boolean look, Runnable before) {
        losses.clear();
        warnings.clear();
        List<Progress.Layer> layers = List.of();
        Failure failure = null;
        long targets = 0;
        for (int i = 0; i < count && failure == null; i++) {
            before.run();
            Batch batch = data.batch(seed, learner.steps(), settings.batch() * settings.accumulate());
            boolean taken;
            if (look && i == count - 1) {
                try (LayerWatch watch = learner.watch()) {
                    taken = learner.learn(batch, seed);
                    layers = taken ? watch.layers(learner.gradients()) : layers;
                }
            } else {
                taken = learner.learn(batch, seed);
            }
            if (taken) {
                losses.add(learner.loss());
            } else {
                failure = skip(batch);
            }
            targets += failure == null ? batch.targetCount() : 0;
        }
        return new Advance(List.copyOf(losses), targets, layers, List.copyOf(warnings), failure, null);
    }

    /** Skips a batch, or returns why it cannot be skipped. */
    private @Nullable Failure skip(Batch batch) {
        int step = learner.steps() + 1;
        var weight = OverflowFinder.weight(learner.weights());
        String what = weight.map("the weight %s is not finite"::formatted).orElseGet(() -> learner.diagnose(batch));
        if (weight.isPresent() || learner.skipped() >= settings.skipLimit()) {
            return new Failure(step, what, weight.isEmpty() && learner.steps() > 0);
        }
        learner.skip();
        losses.add(Double.NaN);
        warnings.add("step %d was skipped: %s (%d of at most %d such steps)"
                .formatted(step, what, learner.skipped(), settings.skipLimit()));
        return null;
    }
}
