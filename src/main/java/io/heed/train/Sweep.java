package io.heed.train;

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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs of one configuration that differ in a few settings. Each has a folder of its own in {@code models/NAME-sweep}; what is complete
 * there is not trained again, what was interrupted goes on.
 *
 * @param folder the folder that their folders are in
 * @param runs all of them, in the order of the grid
 */
public record Sweep(Path folder, List<Run> runs) {

    /**
     * One combination.
     *
     * @param settings what tells it from the others, as {@code training.batch=8}
     * @param config its whole configuration
     * @param folder where it goes
     */
    public record Run(List<String> settings, RunConfig config, Path folder) {

        /** Whether it was trained to its end. */
        public boolean isComplete() {
            return RunCheckpoint.isIn(folder)
                    && RunCheckpoint.read(folder).about().ended();
        }

        /**
         * Trains it, from where it was interrupted if it was.
         *
         * @param command how it could be asked for alone, which the model's README.md names
         * @throws HeedException as {@link TrainingRun#begin} does
         */
        public TrainingRun.Result train(String command, Progress progress, BooleanSupplier interrupted) {
            return RunCheckpoint.isIn(folder)
                    ? TrainingRun.resume(folder, List.of(), progress, interrupted)
                    : TrainingRun.begin(
                            config,
                            command,
                            folder.resolveSibling(""),
                            PastRun.isRun(folder), // of this sweep, and killed before it saved a state
                            progress,
                            interrupted);
        }

        /** What it left in its folder so far; no losses where it left nothing. */
        public PastRun past() {
            return PastRun.isRun(folder) ? PastRun.read(folder) : PastRun.nothing(folder, config);
        }
    }

    /**
     * Plans a sweep and checks each configuration of it.
     *
     * @param file the configuration
     * @param overrides settings that all runs have
     * @param located what finds the texts of a configuration
     * @param models the folder that the sweep's folder goes to
     * @throws HeedException if one of the configurations is wrong, its text is missing, or its folder has a run of another one
     */
    public static Sweep plan(
            Path file, List<String> overrides, Grid grid, UnaryOperator<RunConfig> located, Path models) {
        for (String override : overrides) {
            String key = override.replaceFirst("=.*", "");
            if (grid.keys().contains(key)) {
                throw new HeedException("%s has its values from --grid and is set to one as well (%s); give it once"
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
                    "%s was trained otherwise, and this sweep has %s; give the sweep another name, as in --set name=other, or delete that folder"
                            .formatted(
                                    run.folder,
                                    changes.stream().map(ConfigChange::toString).collect(Collectors.joining(", "))));
        }
    }
}
