package io.heed.spark.training;

import io.heed.config.ConfigReader;
import io.heed.config.RunConfig;
import io.heed.run.Progress;
import io.heed.spark.LocalSpark;
import io.heed.train.TrainingRun;
import io.heed.train.TrainingSite;
import io.heed.watch.Watcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Small runs by workers that are threads of this process, and what they report. */
final class WorkerRuns {

    private final Path folder;
    final List<Progress.Round> rounds = new ArrayList<>();
    final List<String> warnings = new ArrayList<>();
    private final Progress progress = new Progress() {
        @Override
        public void exchanged(Round round) {
            rounds.add(round);
        }

        @Override
        public void warned(String sentence) {
            warnings.add(sentence);
        }
    };

    /** @param folder where the models go */
    WorkerRuns(Path folder) {
        this.folder = folder;
    }

    static TrainingSite spark() {
        return new SparkSite(LocalSpark.cluster(), null, false);
    }

    /** Four rounds of five steps, evaluated after the second and the last. */
    RunConfig config(String name, String... overrides) throws IOException {
        Path file = Files.writeString(folder.resolve(name + ".yaml"), """
                name: %s
                data: {train: data/toy.txt, format: lines, validation_fraction: 0.1}
                model: {context: 32, width: 16, layers: 2, heads: 2}
                training: {steps: 20, batch: 8, learning_rate: 0.01, warmup_steps: 2, evaluate_every: 10}
                distributed: {inner_steps: 5}
                """.formatted(name));
        return ConfigReader.read(file, List.of(overrides));
    }

    byte[] train(TrainingSite site, RunConfig config, BooleanSupplier interrupted) throws IOException {
        return train(site, config, progress, interrupted);
    }

    byte[] train(TrainingSite site, RunConfig config) throws IOException {
        return train(site, config, () -> false);
    }

    byte[] train(TrainingSite site, RunConfig config, Progress told, BooleanSupplier interrupted) throws IOException {
        TrainingRun.begin(site, config, "heed spark train", models(), false, Watcher.of(told, interrupted));
        return model(config.name());
    }

    byte[] resume(TrainingSite site, String name, String... overrides) throws IOException {
        TrainingRun.resume(site, run(name), List.of(overrides), Watcher.of(progress, () -> false));
        return model(name);
    }

    Path models() {
        return folder.resolve("models");
    }

    /** The folder of a run. */
    Path run(String name) {
        return models().resolve(name);
    }

    byte[] model(String name) throws IOException {
        return Files.readAllBytes(run(name).resolve("model.safetensors"));
    }
}
