package io.heed.train;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.heed.HeedException;
import io.heed.config.RunConfig;
import io.heed.kernels.NumberFormat;
import io.heed.model.Transformer;
import io.heed.model.shape.ModelConfig;
import io.heed.optimizer.OptimizerChoice;
import io.heed.optimizer.StateArrays;
import io.heed.run.RateCurve;
import io.heed.text.DataProgress;
import io.heed.text.corpus.Batch;
import io.heed.text.corpus.Corpus;
import io.heed.text.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Finds good learning rates for a run: takes its first steps at rates that grow from a very low one until the loss explodes (Smith,
 * arXiv 1506.01186, section 3.3). It writes no model.
 */
public final class RateTest {

    /** The most steps of a test. */
    public static final int STEPS = 100;

    /** Where the higher of the run's two rates starts. */
    private static final double FIRST = 1e-5;

    /** Where it ends: the highest rate that a configuration allows. */
    private static final double LAST = 10;

    private RateTest() {}

    /**
     * Tests the rates of a run; their ratio stays fixed.
     *
     * @param kept the folder in which a long text's tokens are cached, as for a run
     * @param read told how reading the text progresses
     * @param stepped told of each step
     * @param interrupted whether to stop; checked after each step
     * @return the losses; empty if it was interrupted
     * @throws HeedException if the text or the device cannot be used, or the first loss is not finite
     */
    public static Optional<RateCurve> run(
            RunConfig config,
            Path kept,
            DataProgress read,
            Consumer<RateCurve.Point> stepped,
            BooleanSupplier interrupted) {
        Device device = config.device().resolve();
        StartingPoint beginning = StartingPoint.of(config);
        try (Corpus corpus = Corpus.read(beginning.source(), kept, read);
                Tokenizer tokenizer = corpus.tokenizer();
                NDManager manager = NDManager.newBaseManager(device)) {
            ModelConfig shape = beginning.shape(tokenizer.size());
            ArithmeticChoice choice = ArithmeticChoice.of(config, shape, device, null, ArithmeticCache.ofUser());
            Transformer transformer = new Transformer(shape, manager, choice.arithmetic(), NumberFormat.FLOAT32);
            transformer.initialize(manager, beginning.weights(transformer));
            try (Learner learner = new Learner(transformer, manager, config, new StateArrays(Map.of()))) {
                return run(config, corpus, learner, stepped, interrupted);
            }
        }
    }

    private static Optional<RateCurve> run(
            RunConfig config,
            Corpus corpus,
            Learner learner,
            Consumer<RateCurve.Point> stepped,
            BooleanSupplier interrupted) {
        RunConfig.Training training = config.training();
        boolean muon = training.optimizer() == OptimizerChoice.MUON;
        double highest =
                muon ? Math.max(training.learningRate(), training.muonLearningRate()) : training.learningRate();
        List<RateCurve.Point> points = new ArrayList<>();
        RateCurve.Smoothing smoothing = new RateCurve.Smoothing();
        for (int step = 0; step < STEPS && !smoothing.exploded(); step++) {
            double height = FIRST / highest * Math.pow(LAST / FIRST, step / (STEPS - 1.0));
            Batch batch = corpus.training().batch(config.seed(), step, training.batch() * training.accumulate());
            double before = learner.lossSum();
            if (!learner.learn(batch, config.seed(), height)) {
                if (points.isEmpty()) {
                    throw new HeedException("step 1: %s, before any weight has changed; start from another model"
                            .formatted(learner.diagnose(batch)));
                }
                break;
            }
            double loss = learner.lossSum() - before;
            points.add(new RateCurve.Point(
                    height * training.learningRate(),
                    muon ? height * training.muonLearningRate() : null,
                    loss,
                    smoothing.add(loss)));
            stepped.accept(points.get(step));
            if (interrupted.getAsBoolean()) {
                return Optional.empty();
            }
        }
        return Optional.of(new RateCurve(points));
    }
}
