package io.heed.train;

import io.heed.HeedException;
import io.heed.Json;
import io.heed.checkpoint.LanguageModel;
import io.heed.config.RunConfig;
import io.heed.kernels.EngineThreads;
import io.heed.run.Progress;
import io.heed.run.RunChange;
import io.heed.run.RunFolder;
import io.heed.run.RunState;
import io.heed.text.corpus.Corpus;
import io.heed.watch.FrameKeeper;
import io.heed.watch.Watcher;
import org.jspecify.annotations.Nullable;

/** Takes step after step, evaluating, saving and watching the run's health, until the run ends. */
final class TrainingLoop {

    /** The share of the time that saving states may take if the configuration does not say when to save. */
    private static final double SAVING = 0.02;

    /**
     * What a run trains with.
     *
     * @param model the model to train and save
     * @param folder where to save it
     * @param watcher told how the run progresses, and asked how it goes on
     * @param keeper keeps frames of it; null to keep none
     */
    record Context(
            RunConfig config,
            Corpus corpus,
            LanguageModel model,
            RunFolder folder,
            Watcher watcher,
            @Nullable FrameKeeper keeper) {}

    private final Context run;
    private final RunConfig.Training settings;
    private final Progress progress;
    private final TrainingSteps steps;
    private final RunTally tally;
    private final RunSaver saver;

    /**
     * Prepares to continue from a state.
     *
     * @param steps takes the steps from that state on
     */
    TrainingLoop(Context run, TrainingSteps steps, RunState state) {
        this.run = run;
        this.steps = steps;
        settings = run.config.training();
        progress = run.watcher.progress();
        tally = new RunTally(run.model, steps, state, run.watcher::waited);
        saver = new RunSaver(run, steps);
    }

    /**
     * Trains to the end.
     *
     * @param start what the run is
     */
    TrainingRun.Result run(Progress.Start start) {
        steps.scale(tally.rateFactor());
        if (run.keeper != null) {
            run.keeper.begin(tally, start, tally.state().changes());
        }
        TrainingRun.Ending ending;
        try {
            ending = toTheEnd();
            if (ending != TrainingRun.Ending.INTERRUPTED) {
                run.folder.complete();
            }
        } catch (RuntimeException e) {
            keepEnd("failed", e.getMessage());
            throw e;
        }
        keepEnd(Json.word(ending), null);
        RunState state = tally.state();
        return TrainingRun.Result.of(run.folder, run.config, tally.before().step(), state, saver.seconds(), ending);
    }

    private void keepEnd(String ending, @Nullable String reason) {
        if (run.keeper != null) {
            RunState state = tally.state();
            run.keeper.ended(state.step(), ending, state.best(), run.folder.model(), reason);
        }
    }

    private TrainingRun.Ending toTheEnd() {
        boolean patient = isPatient();
        while (patient && steps.taken() < settings.steps()) {
            int before = steps.taken();
            boolean look = step();
            patient = !look || isPatient();
            boolean done = !patient || steps.taken() == settings.steps();
            if (run.keeper != null) {
                run.keeper.look(tally);
            }
            if (done || isTimeToSave(before, look)) { // before anybody pauses it
                saver.save(tally.state());
            }
            if (!done && !run.watcher.between(tally)) {
                changeRates(); // as was asked, though there is no next step
                saver.save(tally.state());
                saver.saveUnevaluated(tally.state());
                return TrainingRun.Ending.INTERRUPTED;
            }
        }
        return steps.taken() == settings.steps() ? TrainingRun.Ending.COMPLETE : TrainingRun.Ending.PATIENCE;
    }

    private boolean isPatient() {
        return !tally.state().isOutOf(settings.patience());
    }

    /** Takes the next steps, evaluates if that is due, and returns whether it was. */
    private boolean step() {
        changeRates();
        long began = System.nanoTime();
        int before = steps.taken();
        int next = steps.next();
        boolean look = next == settings.steps() || next / settings.evaluateEvery() > before / settings.evaluateEvery();
        TrainingSteps.Advance done = steps.advance(look || run.watcher.looksAtLayers());
        tally.check(done, before, next, progress::warned);
        if (done.failure() != null) {
            fail(done.failure());
        }
        Progress.Step step = tally.stepped(done, began);
        if (done.round() != null) {
            progress.exchanged(done.round());
        }
        progress.stepped(step);
        tally.learned(began);
        if (look) {
            evaluate();
        }
        return look;
    }

    /** Takes the next step at other rates if a watcher asks for it. */
    private void changeRates() {
        double present = tally.rateFactor();
        double asked = run.watcher.rateFactor(present);
        if (asked != present) {
            RunChange change = new RunChange(steps.taken(), RunChange.RATE, present, asked);
            tally.changed(change);
            steps.scale(asked);
            if (run.keeper != null) {
                run.keeper.changed(change);
            }
        }
    }

    private void fail(TrainingSteps.Failure failure) {
        if (failure.recoverable()) {
            saver.save(tally.state());
        }
        throw new HeedException(("step %d: %s; %s; try lower learning rates (--set training.learning_rate=…,"
                        + " training.muon_learning_rate), a lower training.clip, or training.skip_limit to skip such steps")
                .formatted(failure.step(), failure.what(), saver.kept()));
    }

    private void evaluate() {
        steps.averaged(() -> {
            double loss = steps.evaluate(progress::evaluating);
            if (!Double.isFinite(loss)) {
                throw new HeedException(
                        ("step %d: the loss of the validation part is not finite; %s; try lower learning rates (--set"
                                        + " training.learning_rate=…, training.muon_learning_rate)")
                                .formatted(steps.taken(), saver.kept()));
            }
            Progress.Evaluation evaluation = tally.evaluated(loss);
            saver.saveEvaluated(tally.state(), evaluation.best());
            progress.evaluated(evaluation, run.model);
            if (run.keeper != null) {
                try (EngineThreads.Limit limit =
                        EngineThreads.forOneText(run.model.transformer().plan().size())) {
                    run.keeper.evaluated(evaluation);
                }
            }
            return loss;
        });
    }

    private boolean isTimeToSave(int before, boolean look) {
        if (settings.checkpointEvery() > 0) {
            return steps.taken() / settings.checkpointEvery() > before / settings.checkpointEvery();
        }
        return look && saver.seconds() <= SAVING * tally.seconds();
    }
}
