package io.heed.run;

import io.heed.HeedException;
import io.heed.Internal;
import io.heed.config.ConfigReader;
import io.heed.config.RunConfig;
import io.heed.config.SettingGuide;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A run read from its folder: its configuration, its progress and its losses.
 *
 * @param folder the model folder, which holds {@code training}
 * @param curve its losses; no points if it has not been evaluated yet
 * @param steps the steps taken: up to the checkpoint it would resume from, or, without one, up to the last evaluation
 * @param tokensPerSecond its training speed, if known
 * @param when the time the last evaluation was written, or the configuration if there is none
 * @param locked whether a process is training it now
 */
public record PastRun(
        Path folder,
        RunConfig config,
        LossCurve.Curve curve,
        int steps,
        OptionalDouble tokensPerSecond,
        Instant when,
        @Internal boolean locked) {

    /** A run's progress. */
    public enum State {
        COMPLETE,
        RUNNING,
        STOPPED
    }

    private static final String SPEED = "tokens_per_second";

    /** Whether a folder holds a run. */
    public static boolean isRun(Path folder) {
        return Files.isRegularFile(folder.resolve("training/config.yaml"));
    }

    /**
     * Finds the folders that hold runs, sorted by name.
     *
     * @throws HeedException if {@code models} is not a readable folder
     */
    public static List<Path> in(Path models) {
        return in(models, PastRun::isRun);
    }

    /**
     * Finds the folders that hold several runs, such as those of a sweep, sorted by name; leaves out what may not be read.
     *
     * @throws HeedException if {@code models} is not a readable folder
     */
    public static List<Path> sweepsIn(Path models) {
        return in(models, PastRun::isSweep);
    }

    /** Whether a folder is no run and holds runs. */
    public static boolean isSweep(Path folder) {
        return Files.isDirectory(folder)
                && Files.isReadable(folder)
                && !isRun(folder)
                && !in(folder).isEmpty();
    }

    private static List<Path> in(Path models, Predicate<Path> wanted) {
        if (!Files.isDirectory(models)) {
            throw new HeedException(
                    "%s is not a folder; --models names the folder that holds models".formatted(models));
        }
        try (Stream<Path> folders = Files.list(models)) {
            return folders.filter(wanted).sorted().toList();
        } catch (IOException e) {
            throw new HeedException("cannot read %s: %s".formatted(models, e.getMessage()), e);
        }
    }

    /**
     * Reads a run.
     *
     * @throws HeedException naming the file, the line and what is wrong there
     */
    public static PastRun read(Path folder) {
        Path training = folder.resolve("training");
        Path settings = training.resolve("config.yaml");
        Path metrics = training.resolve("metrics.csv");
        RunConfig config = ConfigReader.readLeft(settings);
        boolean evaluated = Files.exists(metrics);
        MetricsTable losses = evaluated ? MetricsTable.read(metrics) : MetricsTable.EMPTY;
        Path speed = training.resolve("speed.csv");
        MetricsTable speeds = Files.exists(speed) ? MetricsTable.read(speed) : losses;
        List<LossCurve.Point> points = points(losses);
        return new PastRun(
                folder,
                config,
                new LossCurve.Curve(
                        String.valueOf(folder.toAbsolutePath().normalize().getFileName()), points),
                RunCheckpoint.isIn(folder)
                        ? RunCheckpoint.read(folder).about().state().step()
                        : points.isEmpty() ? 0 : points.get(points.size() - 1).step(),
                speeds.rows() > 0 && speeds.has(SPEED)
                        ? OptionalDouble.of(speeds.number(speeds.rows() - 1, SPEED))
                        : OptionalDouble.empty(),
                written(evaluated ? metrics : settings),
                RunLock.isTaken(folder));
    }

    /** Returns a run that has not started. */
    @Internal
    public static PastRun nothing(Path folder, RunConfig config) {
        return new PastRun(
                folder,
                config,
                new LossCurve.Curve(config.name(), List.of()),
                0,
                OptionalDouble.empty(),
                Instant.now(),
                false);
    }

    private static List<LossCurve.Point> points(MetricsTable losses) {
        return IntStream.range(0, losses.rows())
                .mapToObj(row -> new LossCurve.Point(
                        losses.whole(row, "step"),
                        losses.has("training_loss") ? losses.number(row, "training_loss") : Double.NaN,
                        losses.number(row, "validation_loss")))
                .toList();
    }

    private static Instant written(Path file) {
        try {
            return Files.getLastModifiedTime(file).toInstant();
        } catch (IOException e) {
            throw new HeedException("cannot read %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** Returns the run's name: its folder's. */
    public String name() {
        return curve.name();
    }

    /** Returns the run's progress. */
    public State state() {
        if (locked) {
            return State.RUNNING;
        }
        return steps >= config.training().steps() || isOutOfPatience() ? State.COMPLETE : State.STOPPED;
    }

    private boolean isOutOfPatience() {
        int patience = config.training().patience();
        long sinceBest = curve.points().stream()
                .filter(point ->
                        bestStep().isPresent() && point.step() > bestStep().getAsInt())
                .count();
        return patience > 0 && sinceBest >= patience;
    }

    /** Returns the lowest validation loss, if there is one. */
    public OptionalDouble bestLoss() {
        return curve.best().map(best -> OptionalDouble.of(best.validation())).orElse(OptionalDouble.empty());
    }

    /** Returns the step of the lowest validation loss, if there is one. */
    public OptionalInt bestStep() {
        return curve.best().map(best -> OptionalInt.of(best.step())).orElse(OptionalInt.empty());
    }

    /** Returns a summary. */
    public RunSummary summary() {
        OptionalDouble perplexity = bestLoss().stream().map(Math::exp).findFirst();
        return new RunSummary(
                name(), folder, state(), steps, bestLoss(), bestStep(), perplexity, tokensPerSecond, when, config);
    }

    /** Returns every setting except the name, by key, as in {@code training.steps}. */
    public Map<String, String> settings() {
        Map<String, String> settings = SettingGuide.values(config);
        settings.remove("name");
        return settings;
    }
}
