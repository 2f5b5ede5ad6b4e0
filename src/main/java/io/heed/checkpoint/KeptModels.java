package io.heed.checkpoint;

import io.heed.Folders;
import io.heed.HeedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds and deletes the models that a run kept at earlier steps: {@code training/steps/N} in the run's folder, each a
 * model folder.
 */
public final class KeptModels {

    private KeptModels() {}

    /**
     * A kept model.
     *
     * @param step the number of steps after which it was kept
     * @param folder its model folder
     */
    public record Kept(int step, Path folder) {}

    /** The folder in which a run keeps the model of a step. */
    public static Path at(Path run, int step) {
        return steps(run).resolve(String.valueOf(step));
    }

    private static Path steps(Path run) {
        return run.resolve("training").resolve("steps");
    }

    /**
     * Finds a run's kept models, in order of their steps.
     *
     * @throws HeedException if it kept none
     */
    public static List<Kept> of(Path run) {
        List<Kept> found = list(run);
        if (found.isEmpty()) {
            throw new HeedException(("%s has no models of earlier steps in training/steps; train with"
                            + " --set training.keep=true to keep the model of every evaluation")
                    .formatted(run));
        }
        return found;
    }

    private static List<Kept> list(Path run) {
        return folders(run).stream()
                .filter(kept -> ModelFolder.isModel(kept.folder))
                .toList();
    }

    private static List<Kept> folders(Path run) {
        if (!Files.isDirectory(steps(run))) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(steps(run))) {
            return folders.filter(folder -> folder.getFileName().toString().matches("\\d{1,9}"))
                    .map(folder ->
                            new Kept(Integer.parseInt(folder.getFileName().toString()), folder))
                    .sorted(Comparator.comparingInt(Kept::step))
                    .toList();
        } catch (IOException e) {
            throw new HeedException("cannot read %s: %s".formatted(steps(run), e.getMessage()), e);
        }
    }

    /**
     * Deletes the models of later steps, since a run that resumes from this step may not reach the same ones again.
     *
     * @param step the last step whose model is kept; 0 to keep none
     */
    public static void forgetAfter(Path run, int step) {
        folders(run).stream().filter(kept -> kept.step > step).forEach(kept -> Folders.delete(kept.folder));
    }

    /**
     * Deletes a run's oldest kept models.
     *
     * @param limit the number of models to keep; 0 to keep all
     */
    public static void limit(Path run, int limit) {
        List<Kept> kept = list(run);
        if (limit > 0 && kept.size() > limit) {
            kept.subList(0, kept.size() - limit).forEach(old -> Folders.delete(old.folder()));
        }
    }
}
