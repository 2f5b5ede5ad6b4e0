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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run's files: the best model in models/NAME, and in models/NAME/training the latest model, the configuration and the
 * metrics. It is locked while open.
 */
public final class RunFolder implements AutoCloseable {

    /** The file of what is kept of a run step by step, in its folder. */
    public static final String FRAMES = "training/frames.jsonl";

    /** The page in its folder that shows that. */
    public static final String PAGE = "training.html";

    private static final List<String> METRICS =
            List.of("metrics.csv", "speed.csv", "metrics.jsonl", "loss.svg", EventFile.NAME);

    private final Path folder;
    private final RunConfig config;
    private final String command;
    private final RunLock lock;
    private final boolean beside;

    /**
     * Opens the folder of a new run, so that an unwritable folder is found before any work is done.
     *
     * @param overwrite whether an existing model or run may be lost
     * @throws HeedException if it cannot be written, another run uses it, or it has a model or a run
     */
    public static RunFolder begin(Path models, RunConfig config, String command, boolean overwrite) {
        requireName(config.name());
        Path folder = models.resolve(config.name());
        if (!overwrite && !RunLock.isTaken(folder)) {
            Predecessor.refuseToLose(folder); // before the lock file is created
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

    /** Refuses an invalid name of a model. */
    public static void requireName(String name) {
        ModelName.problem(name).ifPresent(problem -> {
            throw new HeedException("name: " + problem + ", as in name: mine");
        });
    }

    /**
     * Refuses a folder in which no run may start; changes nothing.
     *
     * @throws HeedException if another run uses it, or it has a model or an unfinished run
     */
    public static void requireFree(Path folder) {
        RunLock.requireFree(folder);
        Predecessor.refuseToLose(folder);
    }

    /**
     * Refuses a folder that cannot be made or written; changes nothing.
     *
     * @throws HeedException naming the folder in the way
     */
    public static void requireWritable(Path folder) {
        Path there = folder.toAbsolutePath();
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        if (!Files.isDirectory(there)) {
            throw new HeedException("cannot write %s: %s is a file, not a folder; choose a folder that can be written"
                    .formatted(folder, there));
        }
        if (!Files.isWritable(there)) {
            throw new HeedException("cannot write %s: permission denied for %s; choose a folder that can be written"
                    .formatted(folder, there));
        }
    }

    /** Opens the folder of a resumed run, whose lock is taken. */
    public static RunFolder goOn(Path folder, RunConfig config, RunCheckpoint.About about, RunLock lock) {
        return new RunFolder(folder, config, about.command(), lock, about.beside());
    }

    /**
     * Claims the folder for the run, once nothing can prevent it from starting.
     *
     * @param state its progress, or null for a new run, which keeps only the model of an earlier run
     */
    public void start(@Nullable RunState state) {
        if (state == null) {
            Folders.deleteFile(RunCheckpoint.file(folder));
            Folders.delete(training("latest"));
            Folders.delete(training("best"));
            Folders.deleteFile(folder.resolve(FRAMES));
            Folders.deleteFile(folder.resolve(PAGE));
        }
        List.of(folder, training("latest"), training("best")).forEach(ModelFolder::clear);
        text("config.yaml", ConfigReader.write(config));
        AtomicFile.flush(training(""));
        KeptModels.forgetAfter(folder, state == null ? 0 : state.step()); // models kept after the checkpoint
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

    /** The run's folder, which holds the best model once the run is complete. */
    public Path path() {
        return folder;
    }

    /** The command that started the run. */
    public String command() {
        return command;
    }

    /** Whether the best model is kept beside an earlier run's, which stays until this run is complete. */
    public boolean beside() {
        return beside;
    }

    /** The folder of the run's best model at this point. */
    public Path model() {
        return ModelFolder.isModel(best()) ? best() : folder;
    }

    /** The folder of the best model during the run. */
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
        ModelFolder.write(to, model, ModelCard.of(config, command, model, state));
    }

    /** Writes the metrics of the evaluations. */
    public void saveMetrics(RunState state) {
        text("metrics.csv", MetricsFiles.csv(state.evaluations()));
        text("speed.csv", MetricsFiles.speeds(state.evaluations()));
        text("metrics.jsonl", MetricsFiles.jsonLines(state));
        text("loss.svg", new LossCurve(List.of(MetricsFiles.curve(config.name(), state.evaluations()))).svg(1));
        EventFile.write(training(EventFile.NAME), MetricsFiles.scalars(state.began() / 1e3, state.evaluations()));
        AtomicFile.flush(training(""));
    }

    private Path training(String file) {
        return folder.resolve("training").resolve(file);
    }

    private void text(String file, String content) {
        AtomicFile.fill(training(file), AtomicFile.text(content));
    }

    /** Replaces an earlier run's model by the best model. */
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
