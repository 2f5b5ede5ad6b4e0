package io.heed.train;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.kernels.Arithmetic;
import io.heed.model.GptInitializer;
import io.heed.model.ModelConfig;
import io.heed.model.Transformer;
import io.heed.text.Batch;
import io.heed.text.Corpus;
import io.heed.text.TextFiles;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/** A whole run: text in, model folder out. */
public final class TrainingRun {

    /**
     * How a run ended.
     *
     * @param folder the folder of the best model
     * @param steps the number of steps taken
     * @param bestValidationLoss the lowest loss on the validation part, in nats a token
     * @param seconds the time that training took
     * @param interrupted whether it ended before its time, on request
     */
    public record Result(Path folder, int steps, double bestValidationLoss, double seconds, boolean interrupted) {}

    private final RunConfig config;
    private final String command;
    private final Path models;
    private final Progress progress;
    private final BooleanSupplier interrupted;

    private double bestLoss = Double.POSITIVE_INFINITY;
    private long tokens;
    private double learningSeconds;
    private Mark told = new Mark(0, 0);

    /**
     * Prepares a run.
     *
     * @param command how this run was asked for, which the model's README.md names
     * @param models the folder that models are in
     * @param progress who is told how it goes
     * @param interrupted whether to finish the present step, save and leave; asked after each step
     */
    public TrainingRun(RunConfig config, String command, Path models, Progress progress, BooleanSupplier interrupted) {
        this.config = config;
        this.command = command;
        this.models = models;
        this.progress = progress;
        this.interrupted = interrupted;
    }

    /**
     * Trains.
     *
     * @throws io.heed.HeedException if the text, the device or the folder is not there to be used
     */
    public Result run() {
        Device device = config.device().resolve();
        RunConfig.Data data = config.data();
        Corpus.Source source = new Corpus.Source(
                TextFiles.find(data.train()),
                TextFiles.find(data.validation()),
                data.validationFraction(),
                data.format(),
                config.model().context(),
                config.tokenizer().type(),
                config.tokenizer().vocabulary());
        try (Corpus corpus = Corpus.read(source, models.resolve(".data"), (stage, done, all) -> {})) {
            return run(corpus, device);
        }
    }

    private Result run(Corpus corpus, Device device) {
        RunFolder folder = new RunFolder(models, config, command);
        int cut = corpus.training().cutRows() + corpus.validation().cutRows();
        if (cut > 0) {
            progress.warned(("%,d lines are longer than the context of %d tokens, and their ends are left out; a larger"
                            + " model.context keeps them, or data.format: stream, which reads all as one long text")
                    .formatted(cut, config.model().context()));
        }
        if (100 * corpus.repeatedLines() >= Math.max(1, corpus.comparedLines())) {
            progress.warned(
                    ("%,d of the validation part's %,d lines stand in the training part too, so its loss looks better"
                                    + " than it would on new text; leave repeated lines out, or set data.validation to another text")
                            .formatted(corpus.repeatedLines(), corpus.comparedLines()));
        }
        NDManager manager = NDManager.newBaseManager(device);
        ModelConfig shape = config.modelConfig(corpus.tokenizer().size());
        Transformer transformer = new Transformer(shape, manager, Arithmetic.of(config.precision(), device));
        try (LanguageModel model = new LanguageModel(manager, transformer, corpus.tokenizer())) {
            transformer.initialize(
                    manager,
                    new GptInitializer(shape, config.seed(), config.training().zeroStart()));
            progress.started(new Progress.Start(
                    folder.path(),
                    transformer.trainedParameters(),
                    shape.vocabulary(),
                    corpus.training().targets(),
                    corpus.validation().targets(),
                    device.isGpu() ? "CUDA" : "CPU"));
            try (Learner learner = new Learner(transformer, manager, config)) {
                return train(learner, corpus, transformer, folder);
            }
        }
    }

    private Result train(Learner learner, Corpus corpus, Transformer transformer, RunFolder folder) {
        RunConfig.Training training = config.training();
        long start = System.nanoTime();
        Mark sinceEvaluated = new Mark(0, 0);
        boolean stop = false;
        while (learner.steps() < training.steps() && !stop) {
            long before = System.nanoTime();
            Batch batch = corpus.training().batch(config.seed(), learner.steps(), training.batch());
            learner.learn(batch);
            tokens += batch.targetCount();
            double speed = tokens / (learningSeconds + seconds(before));
            progress.stepped(new Progress.Step(learner.steps(), () -> lossSinceTold(learner), speed));
            boolean last = learner.steps() == training.steps();
            stop = !last && interrupted.getAsBoolean();
            boolean look = stop || last || learner.steps() % training.evaluateEvery() == 0;
            double trainingLoss = look ? sinceEvaluated.meanLoss(learner) : 0;
            learningSeconds += seconds(before);
            if (look) {
                Progress.Evaluation evaluation = evaluate(learner, corpus, trainingLoss, start);
                folder.save(evaluation, transformer, corpus.tokenizer());
                progress.evaluated(evaluation);
                sinceEvaluated = Mark.at(learner);
            }
        }
        Path best = stop ? folder.best() : folder.complete();
        return new Result(best, learner.steps(), bestLoss, seconds(start), stop);
    }

    private double lossSinceTold(Learner learner) {
        double loss = told.meanLoss(learner);
        told = Mark.at(learner);
        return loss;
    }

    /** Where the sum of losses stood at some step. */
    private record Mark(int step, double lossSum) {
        static Mark at(Learner learner) {
            return new Mark(learner.steps(), learner.lossSum());
        }

        /** The mean loss of the steps since then. */
        double meanLoss(Learner learner) {
            return (learner.lossSum() - lossSum) / (learner.steps() - step);
        }
    }

    private Progress.Evaluation evaluate(Learner learner, Corpus corpus, double trainingLoss, long start) {
        double loss = learner.evaluate(corpus.validation());
        if (!Double.isFinite(loss) || !Double.isFinite(trainingLoss)) {
            throw new HeedException(
                    ("the loss is no longer a number at step %d (training %s, validation %s); the models saved so far"
                                    + " stay; try a lower training.learning_rate or training.muon_learning_rate")
                            .formatted(learner.steps(), trainingLoss, loss));
        }
        boolean best = loss < bestLoss;
        bestLoss = Math.min(loss, bestLoss);
        return new Progress.Evaluation(
                learner.steps(),
                trainingLoss,
                loss,
                best,
                learner.rate(),
                learner.gradientNorm(),
                tokens / learningSeconds,
                seconds(start));
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
