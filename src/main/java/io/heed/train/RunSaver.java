package io.heed.train;

import io.heed.HeedException;
import io.heed.Shell;
import io.heed.config.ConfigReader;
import io.heed.run.RunCheckpoint;
import io.heed.run.RunState;
import java.util.ArrayList;
import java.util.List;

/** Saves a run's models and states, and says what is saved of it. */
final class RunSaver {

    private final TrainingLoop.Context run;
    private final TrainingSteps steps;
    private int stepSaved;
    private double seconds;

    /** Begins with a run of which the state before its next step is saved, if there is one. */
    RunSaver(TrainingLoop.Context run, TrainingSteps steps) {
        this.run = run;
        this.steps = steps;
        stepSaved = steps.taken();
    }

    /** The time spent on saving. */
    double seconds() {
        return seconds;
    }

    /** Saves the latest model and the state to resume from. */
    void save(RunState state) {
        saving(() -> {
            steps.averaged(() -> {
                run.folder().saveLatest(run.model(), state);
                return state;
            });
            RunCheckpoint.write(
                    run.folder().path(),
                    new RunCheckpoint.About(
                            ConfigReader.write(run.config()),
                            run.folder().command(),
                            run.corpus().fingerprint(),
                            run.folder().beside(),
                            run.model().transformer().arithmetic(),
                            state),
                    steps.arrays());
        });
        stepSaved = state.step();
        run.watcher().progress().saved(stepSaved);
    }

    /** Saves what an evaluation gave, of whose weights the model consists. */
    void saveEvaluated(RunState state, boolean best) {
        saving(() -> {
            run.folder().saveMetrics(state);
            if (best) {
                run.folder().saveBest(run.model(), state);
            }
            if (run.config().training().keep()) {
                run.folder().keep(run.model(), state);
            }
        });
    }

    /** Saves a model if there was no evaluation yet; the first evaluation, always the best so far, will replace it. */
    void saveUnevaluated(RunState state) {
        if (state.evaluations().isEmpty()) {
            saving(() -> steps.averaged(() -> {
                run.folder().saveBest(run.model(), state);
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
            seconds += (System.nanoTime() - began) / 1e9;
        }
    }

    /** Describes the state that a failed run leaves. */
    String kept() {
        if (stepSaved == 0) {
            return "no state was saved";
        }
        List<String> resume = new ArrayList<>(run.config().trainingCommand());
        resume.addAll(List.of("--resume", run.folder().path().toString()));
        return "the state of step %d is saved: %s".formatted(stepSaved, Shell.line(resume));
    }
}
