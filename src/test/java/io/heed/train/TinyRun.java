package io.heed.train;

import io.heed.config.ConfigReader;
import io.heed.config.RunConfig;
import io.heed.text.toy.ToyCorpus;
import io.heed.text.toy.ToySentence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A run so small that it takes hardly any time. */
final class TinyRun {

    private final Path folder;
    private final Path text;

    TinyRun(Path folder) throws IOException {
        this.folder = folder;
        text = folder.resolve("text.txt");
        Files.write(
                text,
                new ToyCorpus(1).training(120).stream().map(ToySentence::text).toList());
    }

    /** Its training text. */
    Path text() {
        return text;
    }

    /** The folder of its models. */
    Path models() {
        return folder.resolve("models");
    }

    /** Its configuration file. */
    Path file(String name) throws IOException {
        return Files.writeString(folder.resolve(name + ".yaml"), """
                name: %s
                device: cpu
                data: {train: '%s', format: lines, validation_fraction: 0.1}
                model: {context: 32, width: 16, layers: 2, heads: 2}
                training: {steps: 20, batch: 8, learning_rate: 0.01, warmup_steps: 2, evaluate_every: 10}
                """.formatted(name, text));
    }

    /** Its configuration, with some settings replaced. */
    RunConfig config(String name, String... overrides) throws IOException {
        return ConfigReader.read(file(name), List.of(overrides));
    }
}
