package io.heed.train;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.training.initializer.Initializer;
import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.config.RunConfig;
import io.heed.kernels.Arithmetic;
import io.heed.kernels.NumberFormat;
import io.heed.kernels.Precision;
import io.heed.model.Transformer;
import io.heed.model.shape.ModelConfig;
import io.heed.optimizer.StateArrays;
import io.heed.run.Progress;
import io.heed.run.RunCheckpoint;
import io.heed.run.RunFolder;
import io.heed.run.RunLock;
import io.heed.run.RunState;
import io.heed.text.corpus.Corpus;
import io.heed.watch.FrameKeeper;
import io.heed.watch.Watcher;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A whole training run: text in, model folder out. */
public final class TrainingRun {

    /** Why a run ended. */
    public enum Ending {
        /** All steps were taken. */
        COMPLETE,
        /** The validation loss did not improve for too long. */
        PATIENCE,
        /** The caller interrupted it. */
        INTERRUPTED
    }

    /**
     * How a run ended.
     *
     * @param folder the run's folder, which contains the best model
     * @param model the folder of the best model: the run's, or one inside it while an earlier model is still in place
     * @param before the number of steps taken before this part of the run
     * @param steps the number of steps taken
     * @param planned the number of steps of the whole run
     * @param best the evaluation of the model in that folder; null if it was not evaluated
     * @param last the last evaluation; null if there was none
     * @param seconds the time since the run started, without pauses
     * @param savingSeconds the time that this part of the run spent saving
     * @param ending why it ended
     */
    public record Result(
            Path folder,
            Path model,
            int before,
            int steps,
            int planned,
            Progress.@Nullable Evaluation best,
            Progress.@Nullable Evaluation last,
            double seconds,
            double savingSeconds,
            Ending ending) {

        static Result of(
                RunFolder folder, RunConfig config, int before, RunState state, double savingSeconds, Ending ending) {
            return new Result(
                    folder.path(),
                    folder.model(),
                    before,
                    state.step(),
                    config.training().steps(),
                    state.best(),
                    state.last(),
                    state.seconds(),
                    savingSeconds,
                    ending);
        }

        /** Whether the run had already ended. */
        public boolean wasComplete() {
            return before == steps && !interrupted();
        }

        /** The lowest loss on the validation part, in nats per token; infinite if it was not evaluated. */
        public double bestValidationLoss() {
            return best == null ? Double.POSITIVE_INFINITY : best.validationLoss();
        }

        /** The number of steps since the best evaluation. */
        public int stepsSinceBest() {
            return best == null || last == null ? 0 : last.step() - best.step();
        }

        /** Whether the caller interrupted it. */
        public boolean interrupted() {
            return ending == Ending.INTERRUPTED;
        }
    }

    private final TrainingSite site;
    private final RunConfig config;
    private final @Nullable RunCheckpoint checkpoint;
    private final RunFolder folder;
    private final Watcher watcher;
    private final Progress progress;

    private TrainingRun(
            TrainingSite site,
            RunConfig config,
            @Nullable RunCheckpoint checkpoint,
            RunFolder folder,
            Watcher watcher) {
        this.site = site;
        this.config = config;
        this.checkpoint = checkpoint;
        this.folder = folder;
        this.watcher = watcher;
        progress = watcher.progress();
    }

    /**
     * Starts a run and trains to its end. Do not end the JVM meanwhile, for example with {@link System#exit}: the engine's threads may
     * still be computing while their native libraries are unloaded, which can crash the process. Interrupt the run and wait for this
     * method to return.
     *
     * @param command the command that started this run, for the model's README.md
     * @param models the folder of the models
     * @param overwrite whether to replace a model or a run of that name
     * @param progress told how the run progresses
     * @param interrupted whether to finish the current step, save and stop; checked after each step
     * @throws HeedException if the text, the device or the folder cannot be used, a model or a run of that name exists and may not be
     *     replaced, or a loss or gradient is not finite
     */
    public static Result begin(
            RunConfig config,
            String command,
            Path models,
            boolean overwrite,
            Progress progress,
            BooleanSupplier interrupted) {
        return begin(TrainingSite.HERE, config, command, models, overwrite, Watcher.of(progress, interrupted));
    }

    /**
     * Does the same elsewhere, or for somebody who watches it.
     *
     * @param site where to read the text and take the steps
     * @param watcher told how the run progresses, and asked after each step but the last how it goes on
     */
    public static Result begin(
            TrainingSite site, RunConfig config, String command, Path models, boolean overwrite, Watcher watcher) {
        site.require(config);
        try (RunFolder folder = RunFolder.begin(models, config, command, overwrite)) {
            return new TrainingRun(site, config, null, folder, watcher).run();
        }
    }

    /**
     * Resumes a run exactly where it stopped, and trains to its end. If the run has ended, no text is read.
     *
     * @param run its folder
     * @param overrides settings to change, such as {@code training.steps=2000}
     * @throws HeedException as {@link #begin} does, and if the run cannot be resumed with these settings or its text has changed
     */
    public static Result resume(Path run, List<String> overrides, Progress progress, BooleanSupplier interrupted) {
        return resume(TrainingSite.HERE, run, overrides, Watcher.of(progress, interrupted));
    }

    /**
     * Does the same elsewhere, or for somebody who watches it.
     *
     * @param site where to read the text and take the steps
     * @param watcher told how the run progresses, and asked after each step but the last how it goes on
     */
    public static Result resume(TrainingSite site, Path run, List<String> overrides, Watcher watcher) {
        RunCheckpoint.require(run);
        try (RunLock lock = RunLock.take(run)) {
            RunCheckpoint checkpoint = RunCheckpoint.read(run);
            RunConfig config = checkpoint.about().resumed(run, overrides, watcher.progress()::warned);
            RunFolder folder = RunFolder.goOn(run, config, checkpoint.about(), lock);
            RunState state = checkpoint.about().state();
            if (state.isAtEndOf(config.training())) {
                return complete(folder, config, state);
            }
            site.require(config);
            return new TrainingRun(site, config, checkpoint, folder, watcher).run();
        }
    }

    /** Completes a run that has no steps left but may have been killed before its files said so. */
    private static Result complete(RunFolder folder, RunConfig config, RunState state) {
        folder.start(state);
        folder.complete();
        Ending ending = state.step() >= config.training().steps() ? Ending.COMPLETE : Ending.PATIENCE;
        return Result.of(folder, config, state.step(), state, 0, ending);
    }

    private Result run() {
        Device device = config.device().resolve();
        Path kept = folder.path().resolveSibling(".data");
        StartingPoint beginning = StartingPoint.of(config);
        try (Corpus corpus = site.corpus(config, beginning.tokenizer(), kept, progress::read)) {
            requireSame(corpus);
            return run(beginning, corpus, device);
        }
    }

    private Result run(StartingPoint beginning, Corpus corpus, Device device) {
        beginning.notes(corpus.tokenizer()).forEach(progress::warned);
        if (checkpoint == null) { // the text has not changed since the run started and gave this advice
            TextAdvice.of(corpus, config, beginning.mayReadLonger()).forEach(progress::warned);
        }
        RunState state = checkpoint == null
                ? RunState.beginning(System.currentTimeMillis())
                : checkpoint.about().state();
        StateArrays memory = new StateArrays(checkpoint == null ? Map.of() : checkpoint.tensors());
        NDManager manager = NDManager.newBaseManager(device);
        ModelConfig shape = beginning.shape(corpus.tokenizer().size());
        ArithmeticChoice choice =
                ArithmeticChoice.of(config, shape, device, earlierArithmetic(device), ArithmeticCache.ofUser());
        Transformer transformer = new Transformer(shape, manager, choice.arithmetic(), NumberFormat.FLOAT32);
        try (LanguageModel model =
                new LanguageModel(manager, transformer, corpus.tokenizer(), List.of(), beginning.kept())) {
            transformer.initialize(manager, start(beginning.weights(transformer), memory));
            FrameKeeper keeper = config.training().frames() == 0
                    ? null
                    : new FrameKeeper(new FrameKeeper.Run(config, corpus, model, folder.path(), watcher));
            folder.start(checkpoint == null ? null : state);
            Progress.Start facts = new Progress.Start(
                    folder.path(),
                    transformer.trainedParameters(),
                    shape.vocabulary(),
                    corpus.training().targets(),
                    corpus.validation().targets(),
                    device.isGpu() ? "CUDA" : "CPU",
                    choice.arithmetic().toString(),
                    choice.milliseconds(),
                    state.step(),
                    config.training().steps(),
                    config.training().sample());
            progress.started(facts);
            TrainingSite.Start start =
                    new TrainingSite.Start(config, corpus, transformer, manager, memory, state, folder.path());
            try (TrainingSteps steps = site.steps(start)) {
                double found = lossFound(steps, state);
                TrainingLoop.Context context = new TrainingLoop.Context(config, corpus, model, folder, watcher, keeper);
                Result result = new TrainingLoop(context, steps, state).run(facts);
                if (result.bestValidationLoss() > found && !result.interrupted()) {
                    progress.warned(
                            "no evaluation was better than %s before training (%.4f); try lower learning rates or more text"
                                    .formatted(config.model().from(), found));
                }
                return result;
            }
        }
    }

    /** What an earlier part of the run multiplied with; an earlier version of Heed, which did not say, took the processor's usual one. */
    private @Nullable Arithmetic earlierArithmetic(Device device) {
        if (checkpoint == null) {
            return null;
        }
        Arithmetic begun = checkpoint.about().arithmetic();
        return begun == null ? Arithmetic.of(Precision.FLOAT32, device) : begun;
    }

    /** The base model's loss before the first step; infinite if there is no base model. */
    private double lossFound(TrainingSteps steps, RunState state) {
        if (config.model().from().isEmpty() || state.step() > 0) {
            return Double.POSITIVE_INFINITY;
        }
        double loss = steps.evaluate(progress::evaluating);
        if (!Double.isFinite(loss)) {
            throw new HeedException("the loss of %s on the validation part is not finite (%s); start from another model"
                    .formatted(config.model().from(), loss));
        }
        progress.found(loss);
        return loss;
    }

    private void requireSame(Corpus corpus) {
        if (checkpoint != null && !checkpoint.about().data().equals(corpus.fingerprint())) {
            throw new HeedException(
                    ("%s cannot be resumed: the text in %s, or how it is split, has changed since the run started; restore it, or"
                                    + " start a new run under another name")
                            .formatted(
                                    folder.path(),
                                    String.join(", ", config.data().train())));
        }
    }

    /** The weights that an earlier part of the run left, or the initial ones. */
    private static Function<String, Initializer> start(Function<String, Initializer> fresh, StateArrays memory) {
        return name -> memory.has(Learner.WEIGHT + name)
                ? (owner, size, type) -> memory.left(owner, Learner.WEIGHT + name, size)
                : fresh.apply(name);
    }
}
