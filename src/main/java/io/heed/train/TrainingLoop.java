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
import io.heed.text.corpus.Batch;
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
    private final Learner learner;
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
     * @param learner a learner in that state
     */
    TrainingLoop(Context context, Learner learner, RunState state) {
        config = context.config;
        settings = config.training();
        corpus = context.corpus;
        model = context.model;
        folder = context.folder;
        progress = context.progress;
        this.learner = learner;
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
        while (patient && learner.steps() < settings.steps()) {
            boolean look = step();
            patient = !look || !state().isOutOf(settings.patience());
            boolean done = !patient || learner.steps() == settings.steps();
            boolean stop = !done && interrupted.getAsBoolean();
            if (stop || done || isTimeToSave(look)) {
                save();
            }
            if (stop) {
                saveUnevaluated();
                return TrainingRun.Ending.INTERRUPTED;
            }
        }
        return learner.steps() == settings.steps() ? TrainingRun.Ending.COMPLETE : TrainingRun.Ending.PATIENCE;
    }

    /** Takes a step, evaluates if that is due, and returns whether it was. */
    private boolean step() {
        long began = System.nanoTime();
        int step = learner.steps() + 1;
        boolean look = step == settings.steps() || step % settings.evaluateEvery() == 0;
        Batch batch = corpus.training().batch(config.seed(), learner.steps(), settings.batch() * settings.accumulate());
        List<Progress.Layer> layers = learn(batch, look);
        tokens += batch.targetCount();
        double spent = learningSeconds + seconds(began);
        progress.stepped(new Progress.Step(learner.steps(), () -> told.take(learner), () -> speed(spent)));
        learningSeconds += seconds(began);
        if (look) {
            evaluate(layers);
        }
        return look;
    }

    private List<Progress.Layer> learn(Batch batch, boolean look) {
        double losses = learner.lossSum();
        int step = learner.steps() + 1;
        List<Progress.Layer> layers = List.of();
        boolean taken;
        if (look) {
            try (LayerWatch watch = learner.watch()) {
                taken = learner.learn(batch);
                layers = taken ? watch.layers(learner.gradients()) : layers;
            }
        } else {
            taken = learner.learn(batch);
        }
        if (taken) {
            health.look(step, learner.lossSum() - losses).forEach(progress::warned);
            health.look(step, layers).forEach(progress::warned);
        } else {
            skip(batch);
        }
        return layers;
    }

    /** Skips a batch whose loss or gradients are not finite, or fails if too many were skipped. */
    private void skip(Batch batch) {
        int step = learner.steps() + 1;
        var weight = OverflowFinder.weight(learner.weights());
        String what = weight.map("the weight %s is not finite"::formatted).orElseGet(() -> learner.diagnose(batch));
        if (weight.isEmpty() && learner.skipped() < settings.skipLimit()) {
            learner.skip();
            progress.warned("step %d was skipped: %s (%d of at most %d such steps)"
                    .formatted(step, what, learner.skipped(), settings.skipLimit()));
            return;
        }
        if (weight.isEmpty() && learner.steps() > 0) {
            save();
        }
        throw new HeedException(("step %d: %s; %s; try lower learning rates (--set training.learning_rate=…,"
                        + " training.muon_learning_rate), a lower training.clip, or training.skip_limit to skip such steps")
                .formatted(step, what, kept()));
    }

    /** Describes the state that a failed run leaves. */
    private String kept() {
        return stepSaved == 0
                ? "no state was saved"
                : "the state of step %d is saved: %s"
                        .formatted(
                                stepSaved,
                                Shell.line(List.of(
                                        "heed",
                                        "train",
                                        "--resume",
                                        folder.path().toString())));
    }

    private void evaluate(List<Progress.Layer> layers) {
        learner.averaged(() -> {
            double loss = learner.evaluate(corpus.validation(), progress::evaluating);
            if (!Double.isFinite(loss)) {
                throw new HeedException(
                        ("step %d: the loss of the validation part is not finite; %s; try lower learning rates (--set"
                                        + " training.learning_rate=…, training.muon_learning_rate)")
                                .formatted(learner.steps(), kept()));
            }
            Progress.Evaluation evaluation = new Progress.Evaluation(
                    learner.steps(),
                    evaluated.take(learner),
                    loss,
                    loss < state().bestLoss(),
                    learner.rate(),
                    learner.gradientNorm(),
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

    private boolean isTimeToSave(boolean look) {
        if (settings.checkpointEvery() > 0) {
            return learner.steps() % settings.checkpointEvery() == 0;
        }
        return look && savingSeconds <= SAVING * seconds(start);
    }

    private void save() {
        RunState state = state();
        saving(() -> {
            learner.averaged(() -> {
                folder.saveLatest(model, state);
                return state;
            });
            RunCheckpoint.write(
                    folder.path(),
                    new RunCheckpoint.About(
                            ConfigReader.write(config),
                            folder.command(),
                            corpus.fingerprint(),
                            folder.beside(),
                            model.transformer().arithmetic(),
                            state),
                    learner.memory().arrays());
        });
        stepSaved = state.step();
        progress.saved(stepSaved);
    }

    /** Saves a model if there was no evaluation yet; the first evaluation, always the best so far, will replace it. */
    private void saveUnevaluated() {
        if (evaluations.isEmpty()) {
            saving(() -> learner.averaged(() -> {
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
                    "%s; the run stopped at step %d, and %s".formatted(e.getMessage(), learner.steps(), kept()), e);
        } finally {
            savingSeconds += seconds(began);
        }
    }

    private RunState state() {
        return new RunState(
                before.began(),
                learner.steps(),
                learner.skipped(),
                tokens,
                learner.lossSum(),
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
