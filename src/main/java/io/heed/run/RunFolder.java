package io.heed.run;

import io.heed.AtomicFile;
import io.heed.Folders;
import io.heed.HeedException;
import io.heed.checkpoint.KeptModels;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.checkpoint.ModelName;
import io.heed.config.ConfigReader;
import io.heed.config.RunConfig;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run leaves on the disk: the best model in models/NAME, and in models/NAME/training the latest model, the configuration and
 * the metrics. Locked while it is open.
 */
public final class RunFolder implements AutoCloseable {

    private static final List<String> METRICS =
            List.of("metrics.csv", "speed.csv", "metrics.jsonl", "loss.svg", EventFile.NAME);

    private final Path folder;
    private final RunConfig config;
    private final String command;
    private final RunLock lock;
    private final boolean beside;

    /**
     * Opens the folder of a run that begins, so that one that cannot be written is found before any work is done.
     *
     * @param overwrite whether a model or a run that is there may be lost
     * @throws HeedException if it cannot be written, another run has it, or a model or a run is there
     */
    public static RunFolder begin(Path models, RunConfig config, String command, boolean overwrite) {
        requireName(config.name());
        Path folder = models.resolve(config.name());
        if (!overwrite && !RunLock.isTaken(folder)) {
            Predecessor.refuseToLose(folder); // before the lock leaves its trace
        }
        RunLock lock = RunLock.take(folder);
        try {
            if (!overwrite) {
                Predecessor.refuseToLose(folder);
            }
            return new RunFolder(folder, config, command, lock, ModelFolder.isModel(folder));
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** Refuses what is not the name of a model. */
    public static void requireName(String name) {
        ModelName.problem(name).ifPresent(problem -> {
            throw new HeedException("name: " + problem + ", as in name: mine");
        });
    }

    /**
     * Refuses a folder that no run may begin in; nothing is touched.
     *
     * @throws HeedException if another run has it, or a model or an unfinished run is there
     */
    public static void requireFree(Path folder) {
        RunLock.requireFree(folder);
        Predecessor.refuseToLose(folder);
    }

    /** Opens the folder of a run that goes on, whose lock is taken. */
    public static RunFolder goOn(Path folder, RunConfig config, RunCheckpoint.About about, RunLock lock) {
        return new RunFolder(folder, config, about.command(), lock, about.beside());
    }

    /**
     * Makes the folder the run's own, once nothing is left that could keep the run from beginning.
     *
     * @param state how far it has come; null where it begins, and nothing of an earlier run is to stay but its model
     */
    public void start(@Nullable RunState state) {
        if (state == null) {
            Folders.deleteFile(RunCheckpoint.file(folder));
            Folders.delete(training("latest"));
            Folders.delete(training("best"));
        }
        List.of(folder, training("latest"), training("best")).forEach(ModelFolder::clear);
        text("config.yaml", ConfigReader.write(config));
        AtomicFile.flush(training(""));
        KeptModels.forgetAfter(folder, state == null ? 0 : state.step()); // what came after the state was saved
        if (state == null || state.evaluations().isEmpty()) {
            METRICS.forEach(file -> Folders.deleteFile(training(file)));
        } else {
            saveMetrics(state);
        }
    }

    private RunFolder(Path folder, RunConfig config, String command, RunLock lock, boolean beside) {
        this.folder = folder;
        this.config = config;
        this.command = command;
        this.lock = lock;
        this.beside = beside;
    }

    /** The run's folder, where the best model is once the run is complete. */
    public Path path() {
        return folder;
    }

    /** What the run was begun with. */
    public String command() {
        return command;
    }

    /** Whether the best model lies beside one of an earlier run, which stays until this one is complete. */
    public boolean beside() {
        return beside;
    }

    /** Where the best model of the run is by now. */
    public Path model() {
        return ModelFolder.isModel(best()) ? best() : folder;
    }

    /** Where the best model goes while the run goes on. */
    private Path best() {
        return beside ? training("best") : folder;
    }

    /** Saves the model as the best. */
    public void saveBest(LanguageModel model, RunState state) {
        save(best(), model, state);
    }

    /** Saves the model as the latest. */
    public void saveLatest(LanguageModel model, RunState state) {
        save(training("latest"), model, state);
    }

    /** Keeps the model of this step. */
    public void keep(LanguageModel model, RunState state) {
        save(KeptModels.at(folder, state.step()), model, state);
        KeptModels.limit(folder, config.training().keepLimit());
    }

    private void save(Path to, LanguageModel model, RunState state) {
        ModelFolder.write(to, model.transformer(), model.tokenizer(), ModelCard.of(config, command, model, state));
    }

    /** Writes what the evaluations found. */
    public void saveMetrics(RunState state) {
        text("metrics.csv", MetricsFiles.csv(state.evaluations()));
        text("speed.csv", MetricsFiles.speeds(state.evaluations()));
        text("metrics.jsonl", MetricsFiles.jsonLines(state.evaluations()));
        text("loss.svg", LossCurve.svg(List.of(MetricsFiles.curve(config.name(), state.evaluations()))));
        EventFile.write(training(EventFile.NAME), MetricsFiles.scalars(state.began() / 1e3, state.evaluations()));
        AtomicFile.flush(training(""));
    }

    private Path training(String file) {
        return folder.resolve("training").resolve(file);
    }

    private void text(String file, String content) {
        AtomicFile.fill(training(file), AtomicFile.text(content));
    }

    /** Puts the best model in place of an earlier run's. */
    public void complete() {
        if (beside && ModelFolder.isModel(best())) {
            ModelFolder.move(best(), folder);
        }
    }

    @Override
    public void close() {
        lock.close();
    }
}
