package io.heed.train.sweep;

import io.heed.HeedException;
import io.heed.config.ConfigChange;
import io.heed.config.ConfigReader;
import io.heed.config.Grid;
import io.heed.config.RunConfig;
import io.heed.run.PastRun;
import io.heed.run.Progress;
import io.heed.run.RunCheckpoint;
import io.heed.run.RunFolder;
import io.heed.text.TextFiles;
import io.heed.train.TrainingRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs of one configuration that differ in a few settings. Each has its own folder in {@code models/NAME-sweep}; complete runs there
 * are not trained again, interrupted ones are resumed.
 *
 * @param folder the folder of the runs' folders
 * @param runs all runs, in the order of the grid
 */
public record Sweep(Path folder, List<Run> runs) {

    /**
     * One combination.
     *
     * @param settings what distinguishes it from the others, such as {@code training.batch=8}
     * @param config its whole configuration
     * @param folder its folder
     */
    public record Run(List<String> settings, RunConfig config, Path folder) {

        /** Whether it has been trained to its end. */
        public boolean isComplete() {
            return RunCheckpoint.isIn(folder)
                    && RunCheckpoint.read(folder).about().ended();
        }

        /**
         * Trains it, or resumes it if it was interrupted.
         *
         * @param command the command that would start it alone, for the model's README.md
         * @throws HeedException as {@link TrainingRun#begin} does
         */
        public TrainingRun.Result train(String command, Progress progress, BooleanSupplier interrupted) {
            return RunCheckpoint.isIn(folder)
                    ? TrainingRun.resume(folder, List.of(), progress, interrupted)
                    : TrainingRun.begin(
                            config,
                            command,
                            folder.resolveSibling(""),
                            PastRun.isRun(folder), // a run of this sweep that was killed before it saved a state
                            progress,
                            interrupted);
        }

        /** What it has written to its folder so far; without losses if it has written nothing. */
        public PastRun past() {
            return PastRun.isRun(folder) ? PastRun.read(folder) : PastRun.nothing(folder, config);
        }
    }

    /**
     * Plans a sweep and checks each of its configurations.
     *
     * @param file the configuration
     * @param overrides settings of all runs
     * @param located finds the texts of a configuration
     * @param models the folder for the sweep's folder
     * @throws HeedException if a configuration is wrong, its text is missing, or its folder has a run of another configuration
     */
    public static Sweep plan(
            Path file, List<String> overrides, Grid grid, UnaryOperator<RunConfig> located, Path models) {
        for (String override : overrides) {
            String key = override.replaceFirst("=.*", "");
            if (grid.keys().contains(key)) {
                throw new HeedException("%s has its values from --grid and is also set to one (%s); give it only once"
                        .formatted(key, override));
            }
        }
        List<List<String>> combinations = grid.combinations();
        String name = ConfigReader.read(
                        file,
                        Stream.concat(overrides.stream(), combinations.get(0).stream())
                                .toList())
                .name();
        RunFolder.requireName(name);
        Path folder = models.resolve(name + "-sweep");
        List<String> names = grid.names();
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < combinations.size(); i++) {
            List<String> all = Stream.of(overrides, combinations.get(i), List.of("name=" + names.get(i)))
                    .flatMap(List::stream)
                    .toList();
            RunConfig config = located.apply(ConfigReader.read(file, all));
            Run run = new Run(combinations.get(i), config, folder.resolve(names.get(i)));
            TextFiles.find(config.data().train());
            TextFiles.find(config.data().validation());
            requireSame(run);
            runs.add(run);
        }
        return new Sweep(folder, runs);
    }

    private static void requireSame(Run run) {
        if (!PastRun.isRun(run.folder)) {
            return;
        }
        RunConfig before = ConfigReader.readLeft(run.folder.resolve("training/config.yaml"));
        List<ConfigChange> changes = ConfigChange.between(before, run.config);
        if (!changes.isEmpty()) {
            throw new HeedException(
                    "%s was trained with another configuration: this sweep has %s; give the sweep another name, as in --set name=other, or delete that folder"
                            .formatted(
                                    run.folder,
                                    changes.stream().map(ConfigChange::toString).collect(Collectors.joining(", "))));
        }
    }
}
