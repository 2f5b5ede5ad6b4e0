package io.heed.train;

import io.heed.HeedException;
import io.heed.ResidentMemory;
import io.heed.Shell;
import io.heed.checkpoint.LanguageModel;
import io.heed.config.ConfigReader;
import io.heed.config.RunConfig;
import io.heed.model.shape.ModelConfig;
import io.heed.run.Health;
import io.heed.run.Progress;
import io.heed.run.RunCheckpoint;
import io.heed.run.RunFolder;
import io.heed.run.RunState;
import io.heed.text.corpus.Corpus;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Takes step after step, evaluating, saving and watching the run's health, until the run ends. */
final class TrainingLoop {

    /** The share of the time that saving states may take if the configuration does not say when to save. */
    private static final double SAVING = 0.02;

    /**
     * What a run trains with.
     *
     * @param model the model to train and save
     * @param folder where to save it
     * @param progress told how the run progresses
     */
    record Context(RunConfig config, Corpus corpus, LanguageModel model, RunFolder folder, Progress progress) {}

    private final RunConfig config;
    private final RunConfig.Training settings;
    private final Corpus corpus;
    private final LanguageModel model;
    private final RunFolder folder;
    private final Progress progress;
    private final TrainingSteps steps;
    private final RunState before;
    private final Health health;
    private final double flopsPerToken;
    private final long start = System.nanoTime();

    private final List<Progress.Evaluation> evaluations;
    private final MeanLoss evaluated;
    private final MeanLoss told;
    private long tokens;
    private double learningSeconds;
    private int stepSaved;
    private double savingSeconds;

    /**
     * Prepares to continue from a state.
     *
     * @param steps takes the steps from that state on
     */
    TrainingLoop(Context context, TrainingSteps steps, RunState state) {
        config = context.config;
        settings = config.training();
        corpus = context.corpus;
        model = context.model;
        folder = context.folder;
        progress = context.progress;
        this.steps = steps;
        before = state;
        health = new Health(state.health());
        evaluations = new ArrayList<>(state.evaluations());
        evaluated = new MeanLoss(state.updatesEvaluated(), state.lossSumEvaluated());
        told = new MeanLoss(state.step() - state.skipped(), state.lossSum());
        tokens = state.tokens();
        learningSeconds = state.learningSeconds();
        stepSaved = state.step();
        ModelConfig shape = model.transformer().config();
        flopsPerToken =
                6.0 * model.transformer().trainedParameters() + 12.0 * shape.layers() * shape.width() * shape.context();
    }

    /**
     * Trains to the end.
     *
     * @param interrupted whether to save and stop; checked after each step
     */
    TrainingRun.Result run(BooleanSupplier interrupted) {
        TrainingRun.Ending ending = toTheEnd(interrupted);
        if (ending != TrainingRun.Ending.INTERRUPTED) {
            folder.complete();
        }
        RunState state = state();
        return TrainingRun.Result.of(folder, config, before.step(), state, savingSeconds, ending);
    }

    private TrainingRun.Ending toTheEnd(BooleanSupplier interrupted) {
        boolean patient = !state().isOutOf(settings.patience());
        while (patient && steps.taken() < settings.steps()) {
            int before = steps.taken();
            boolean look = step();
            patient = !look || !state().isOutOf(settings.patience());
            boolean done = !patient || steps.taken() == settings.steps();
            boolean stop = !done && interrupted.getAsBoolean();
            if (stop || done || isTimeToSave(before, look)) {
                save();
            }
            if (stop) {
                saveUnevaluated();
                return TrainingRun.Ending.INTERRUPTED;
            }
        }
        return steps.taken() == settings.steps() ? TrainingRun.Ending.COMPLETE : TrainingRun.Ending.PATIENCE;
    }

    /** Takes the next steps, evaluates if that is due, and returns whether it was. */
    private boolean step() {
        long began = System.nanoTime();
        int before = steps.taken();
        int next = steps.next();
        boolean look = next == settings.steps() || next / settings.evaluateEvery() > before / settings.evaluateEvery();
        TrainingSteps.Advance done = steps.advance(look);
        for (int i = 0; i < done.losses().size(); i++) {
            if (!Double.isNaN(done.losses().get(i))) {
                health.look(before + i + 1, done.losses().get(i)).forEach(progress::warned);
            }
        }
        health.look(next, done.layers()).forEach(progress::warned);
        done.warnings().forEach(progress::warned);
        if (done.failure() != null) {
            fail(done.failure());
        }
        tokens += done.targets();
        double spent = learningSeconds + seconds(began);
        if (done.round() != null) {
            progress.exchanged(done.round());
        }
        progress.stepped(new Progress.Step(steps.taken(), () -> told.take(steps), () -> speed(spent)));
        learningSeconds += seconds(began);
        if (look) {
            evaluate(done.layers());
        }
        return look;
    }

    private void fail(TrainingSteps.Failure failure) {
        if (failure.recoverable()) {
            save();
        }
        throw new HeedException(("step %d: %s; %s; try lower learning rates (--set training.learning_rate=…,"
                        + " training.muon_learning_rate), a lower training.clip, or training.skip_limit to skip such steps")
                .formatted(failure.step(), failure.what(), kept()));
    }

    /** Describes the state that a failed run leaves. */
    private String kept() {
        if (stepSaved == 0) {
            return "no state was saved";
        }
        List<String> resume = new ArrayList<>(config.trainingCommand());
        resume.addAll(List.of("--resume", folder.path().toString()));
        return "the state of step %d is saved: %s".formatted(stepSaved, Shell.line(resume));
    }

    private void evaluate(List<Progress.Layer> layers) {
        steps.averaged(() -> {
            double loss = steps.evaluate(progress::evaluating);
            if (!Double.isFinite(loss)) {
                throw new HeedException(
                        ("step %d: the loss of the validation part is not finite; %s; try lower learning rates (--set"
                                        + " training.learning_rate=…, training.muon_learning_rate)")
                                .formatted(steps.taken(), kept()));
            }
            Progress.Evaluation evaluation = new Progress.Evaluation(
                    steps.taken(),
                    evaluated.take(steps),
                    loss,
                    loss < state().bestLoss(),
                    steps.rate(),
                    steps.gradientNorm(),
                    layers,
                    speed(learningSeconds));
            evaluations.add(evaluation);
            RunState state = state();
            saving(() -> {
                folder.saveMetrics(state);
                if (evaluation.best()) {
                    folder.saveBest(model, state);
                }
                if (settings.keep()) {
                    folder.keep(model, state);
                }
            });
            progress.evaluated(evaluation, model);
            return loss;
        });
    }

    private boolean isTimeToSave(int before, boolean look) {
        if (settings.checkpointEvery() > 0) {
            return steps.taken() / settings.checkpointEvery() > before / settings.checkpointEvery();
        }
        return look && savingSeconds <= SAVING * seconds(start);
    }

    private void save() {
        RunState state = state();
        saving(() -> {
            steps.averaged(() -> {
                folder.saveLatest(model, state);
                return state;
            });
            steps.saving(folder.path());
            RunCheckpoint.write(
                    folder.path(),
                    new RunCheckpoint.About(
                            ConfigReader.write(config),
                            folder.command(),
                            corpus.fingerprint(),
                            folder.beside(),
                            model.transformer().arithmetic(),
                            state),
                    steps.arrays());
            steps.saved(folder.path());
        });
        stepSaved = state.step();
        progress.saved(stepSaved);
    }

    /** Saves a model if there was no evaluation yet; the first evaluation, always the best so far, will replace it. */
    private void saveUnevaluated() {
        if (evaluations.isEmpty()) {
            saving(() -> steps.averaged(() -> {
                folder.saveBest(model, state());
                return true;
            }));
        }
    }

    private void saving(Runnable task) {
        long began = System.nanoTime();
        try {
            task.run();
        } catch (HeedException e) {
            throw new HeedException(
                    "%s; the run stopped at step %d, and %s".formatted(e.getMessage(), steps.taken(), kept()), e);
        } finally {
            savingSeconds += seconds(began);
        }
    }

    private RunState state() {
        return new RunState(
                before.began(),
                steps.taken(),
                steps.skipped(),
                tokens,
                steps.lossSum(),
                evaluated.updates(),
                evaluated.lossSum(),
                learningSeconds,
                before.seconds() + seconds(start),
                List.copyOf(evaluations),
                health.seen());
    }

    private Progress.Speed speed(double learning) {
        double tokensPerSecond = tokens / learning;
        return new Progress.Speed(
                tokensPerSecond,
                tokensPerSecond * flopsPerToken / 1e9,
                ResidentMemory.bytes().orElse(0) / 1048576.0,
                before.seconds() + seconds(start));
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
