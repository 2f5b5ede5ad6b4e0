package io.heed.train;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.training.initializer.Initializer;
import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.config.ConfigChange;
import io.heed.config.RunConfig;
import io.heed.kernels.Arithmetic;
import io.heed.model.ModelConfig;
import io.heed.model.Transformer;
import io.heed.optimizer.StateArrays;
import io.heed.run.Progress;
import io.heed.run.RunCheckpoint;
import io.heed.run.RunFolder;
import io.heed.run.RunLock;
import io.heed.run.RunState;
import io.heed.text.corpus.Corpus;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A whole run: text in, model folder out. */
public final class TrainingRun {

    /** Why a run ended. */
    public enum Ending {
        /** All steps were taken. */
        COMPLETE,
        /** The validation loss was no better for too long. */
        PATIENCE,
        /** It was asked to. */
        INTERRUPTED
    }

    /**
     * How a run ended.
     *
     * @param folder the run's folder, in which the best model is
     * @param model the folder of the best model: that, or one inside it while an earlier model keeps its place
     * @param before the number of steps that an earlier part of the run had taken
     * @param steps the number of steps taken
     * @param planned the number of steps of the whole run
     * @param best the evaluation of the model in that folder; null where it was not evaluated
     * @param last the last evaluation; null where there was none
     * @param seconds the time since the run began, pauses left out
     * @param savingSeconds the time that this part of the run spent on saving
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

        /** Whether the run was at its end before. */
        public boolean wasComplete() {
            return before == steps && !interrupted();
        }

        /** The lowest loss on the validation part, in nats a token; infinite where it was not evaluated. */
        public double bestValidationLoss() {
            return best == null ? Double.POSITIVE_INFINITY : best.validationLoss();
        }

        /** For how many steps the evaluations found nothing better. */
        public int stepsSinceBest() {
            return best == null || last == null ? 0 : last.step() - best.step();
        }

        /** Whether it ended before its time, on request. */
        public boolean interrupted() {
            return ending == Ending.INTERRUPTED;
        }
    }

    private final RunConfig config;
    private final @Nullable RunCheckpoint checkpoint;
    private final RunFolder folder;
    private final Progress progress;

    private TrainingRun(RunConfig config, @Nullable RunCheckpoint checkpoint, RunFolder folder, Progress progress) {
        this.config = config;
        this.checkpoint = checkpoint;
        this.folder = folder;
        this.progress = progress;
    }

    /**
     * Begins a run and takes it to its end. The JVM must not end meanwhile, as by {@link System#exit}: the engine's threads may still
     * compute while their native libraries are taken down, which can crash the process. Interrupt the run and wait for this to return.
     *
     * @param command how this run was asked for, which the model's README.md names
     * @param models the folder that models are in
     * @param overwrite whether a model or a run of that name may be lost
     * @param progress who is told how it goes
     * @param interrupted whether to finish the present step, save and leave; asked after each step
     * @throws HeedException if the text, the device or the folder is not there to be used, a model or a run of that name is not to be lost,
     *     or a loss or gradient is not finite
     */
    public static Result begin(
            RunConfig config,
            String command,
            Path models,
            boolean overwrite,
            Progress progress,
            BooleanSupplier interrupted) {
        try (RunFolder folder = RunFolder.begin(models, config, command, overwrite)) {
            return new TrainingRun(config, null, folder, progress).run(interrupted);
        }
    }

    /**
     * Resumes a run, exactly as if it had not stopped, and takes it to its end. Of a run at its end no text is read.
     *
     * @param run its folder
     * @param overrides settings that are other than before, as {@code training.steps=2000}
     * @throws HeedException as {@link #begin} does, and if the run cannot go on with such settings or with a text that has changed
     */
    public static Result resume(Path run, List<String> overrides, Progress progress, BooleanSupplier interrupted) {
        RunCheckpoint.require(run);
        try (RunLock lock = RunLock.take(run)) {
            RunCheckpoint checkpoint = RunCheckpoint.read(run);
            RunConfig config = changed(run, checkpoint.about(), overrides, progress);
            RunFolder folder = RunFolder.goOn(run, config, checkpoint.about(), lock);
            RunState state = checkpoint.about().state();
            if (state.isAtEndOf(config.training())) {
                return complete(folder, config, state);
            }
            return new TrainingRun(config, checkpoint, folder, progress).run(interrupted);
        }
    }

    /** Ends a run that has no steps left to take, and may have been killed before its files said so. */
    private static Result complete(RunFolder folder, RunConfig config, RunState state) {
        folder.start(state);
        folder.complete();
        Ending ending = state.step() >= config.training().steps() ? Ending.COMPLETE : Ending.PATIENCE;
        return Result.of(folder, config, state.step(), state, 0, ending);
    }

    /** The configuration to go on with, once it is known that the run can. */
    private static RunConfig changed(Path run, RunCheckpoint.About about, List<String> overrides, Progress progress) {
        RunConfig config = about.read(overrides);
        List<ConfigChange> changes = ConfigChange.between(about.read(List.of()), config);
        List<ConfigChange> forbidden =
                changes.stream().filter(ConfigChange::forbidden).toList();
        if (!forbidden.isEmpty()) {
            throw new HeedException("%s cannot go on with %s; leave that out, or begin another run with another name"
                    .formatted(
                            run, forbidden.stream().map(ConfigChange::toString).collect(Collectors.joining(", "))));
        }
        int steps = config.training().steps();
        if (steps < about.state().step()) {
            throw new HeedException("training.steps: %d is less than the %d that %s has taken; name as many or more"
                    .formatted(steps, about.state().step(), run));
        }
        changes.forEach(change -> progress.warned("the run goes on with " + change));
        return config;
    }

    private Result run(BooleanSupplier interrupted) {
        Device device = config.device().resolve();
        Path kept = folder.path().resolveSibling(".data");
        StartingPoint beginning = StartingPoint.of(config);
        try (Corpus corpus = Corpus.read(beginning.source(), kept, progress::read)) {
            requireSame(corpus);
            return run(beginning, corpus, device, interrupted);
        }
    }

    private Result run(StartingPoint beginning, Corpus corpus, Device device, BooleanSupplier interrupted) {
        beginning.notes(corpus.tokenizer()).forEach(progress::warned);
        if (checkpoint == null) { // of a text that is the same, all was said when the run began
            TextAdvice.of(corpus, config, beginning.mayReadLonger()).forEach(progress::warned);
        }
        RunState state = checkpoint == null
                ? RunState.beginning(System.currentTimeMillis())
                : checkpoint.about().state();
        StateArrays memory = new StateArrays(checkpoint == null ? Map.of() : checkpoint.tensors());
        NDManager manager = NDManager.newBaseManager(device);
        ModelConfig shape = beginning.shape(corpus.tokenizer().size());
        Transformer transformer = new Transformer(shape, manager, Arithmetic.of(config.precision(), device));
        try (LanguageModel model = new LanguageModel(manager, transformer, corpus.tokenizer())) {
            transformer.initialize(manager, start(beginning.weights(transformer), memory));
            folder.start(checkpoint == null ? null : state);
            progress.started(new Progress.Start(
                    folder.path(),
                    transformer.trainedParameters(),
                    shape.vocabulary(),
                    corpus.training().targets(),
                    corpus.validation().targets(),
                    device.isGpu() ? "CUDA" : "CPU",
                    state.step(),
                    config.training().steps(),
                    config.training().sample()));
            try (Learner learner = new Learner(transformer, manager, config, memory)) {
                learner.goOn(state.step(), state.skipped(), state.lossSum());
                double found = lossFound(learner, corpus, state);
                TrainingLoop.Context context = new TrainingLoop.Context(config, corpus, model, folder, progress);
                Result result = new TrainingLoop(context, learner, state).run(interrupted);
                if (result.bestValidationLoss() > found && !result.interrupted()) {
                    progress.warned(
                            "no evaluation was better than %s as it is (%.4f); try lower learning rates, or more text"
                                    .formatted(config.model().from(), found));
                }
                return result;
            }
        }
    }

    /** The loss of the model that is gone on from, before the first step; infinite where there is none. */
    private double lossFound(Learner learner, Corpus corpus, RunState state) {
        if (config.model().from().isEmpty() || state.step() > 0) {
            return Double.POSITIVE_INFINITY;
        }
        double loss = learner.evaluate(corpus.validation(), progress::evaluating);
        if (!Double.isFinite(loss)) {
            throw new HeedException(
                    "the loss of %s on the validation part is not finite (%s), so there is nothing to go on from; begin with another model"
                            .formatted(config.model().from(), loss));
        }
        progress.found(loss);
        return loss;
    }

    private void requireSame(Corpus corpus) {
        if (checkpoint != null && !checkpoint.about().data().equals(corpus.fingerprint())) {
            throw new HeedException(
                    ("%s cannot go on: the text in %s is not what it was when the run began, or is divided otherwise; put it back, or"
                                    + " begin another run with another name")
                            .formatted(
                                    folder.path(),
                                    String.join(", ", config.data().train())));
        }
    }

    /** The weights that an earlier part of the run left, or those to begin with. */
    private static Function<String, Initializer> start(Function<String, Initializer> fresh, StateArrays memory) {
        return name -> memory.has(Learner.WEIGHT + name)
                ? (owner, size, type) -> memory.left(owner, Learner.WEIGHT + name, size)
                : fresh.apply(name);
    }
}
