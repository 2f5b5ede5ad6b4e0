package io.heed.train;

import io.heed.AtomicFile;
import io.heed.HeedException;
import io.heed.checkpoint.KeptModels;
import io.heed.checkpoint.ModelFolder;
import io.heed.model.Transformer;
import io.heed.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a run leaves on the disk: the best model in models/NAME, and in models/NAME/training the latest model, the configuration and
 * the metrics.
 */
final class RunFolder {

    private static final String HEADER =
            "step,training_loss,validation_loss,rate,gradient_norm,tokens_per_second,seconds";

    private final Path folder;
    private final RunConfig config;
    private final String command;
    private final List<Progress.Evaluation> evaluations = new ArrayList<>();

    /**
     * Where the best model goes while the run goes on: beside a model that is there from an earlier run, which stays until this one
     * is complete.
     */
    private final Path best;

    /** Makes the folder, so that one that cannot be written is found before any work is done. */
    RunFolder(Path models, RunConfig config, String command) {
        this.config = config;
        this.command = command;
        if (!config.name().matches("[^/\\\\]+") || config.name().matches("\\.{1,2}")) {
            throw new HeedException(
                    "name: \"%s\" is not the name of a folder under %s; leave out / and .., as in name: mine"
                            .formatted(config.name(), models));
        }
        folder = models.resolve(config.name());
        best = ModelFolder.isModel(folder) ? folder.resolve("training/best") : folder;
        text("training/config.yaml", ConfigReader.write(config));
    }

    /** The folder of the best model. */
    Path path() {
        return folder;
    }

    /** Saves the model as the latest, and as the best where it is. */
    void save(Progress.Evaluation evaluation, Transformer transformer, Tokenizer tokenizer) {
        evaluations.add(evaluation);
        StringBuilder csv = new StringBuilder(HEADER).append('\n');
        for (Progress.Evaluation row : evaluations) {
            csv.append(String.format(
                    Locale.ROOT,
                    "%d,%.6f,%.6f,%.6g,%.6f,%.1f,%.3f\n",
                    row.step(),
                    row.trainingLoss(),
                    row.validationLoss(),
                    row.rate(),
                    row.gradientNorm(),
                    row.tokensPerSecond(),
                    row.seconds()));
        }
        text("training/metrics.csv", csv.toString());
        String readme = readme(evaluation, transformer);
        ModelFolder.write(folder.resolve("training/latest"), transformer, tokenizer, readme);
        if (config.training().keep()) {
            if (evaluations.size() == 1) {
                KeptModels.forget(folder);
            }
            ModelFolder.write(KeptModels.at(folder, evaluation.step()), transformer, tokenizer, readme);
        }
        if (evaluation.best()) {
            ModelFolder.write(best, transformer, tokenizer, readme);
        }
    }

    /** Puts the best model in place of an earlier run's and returns its folder. */
    Path complete() {
        if (!best.equals(folder)) {
            ModelFolder.move(best, folder);
        }
        return folder;
    }

    /** The folder the best model is in until the run is complete. */
    Path best() {
        return best;
    }

    private void text(String file, String content) {
        AtomicFile.writeText(folder.resolve(file), content);
    }

    private String readme(Progress.Evaluation evaluation, Transformer transformer) {
        return """
                # %s

                A transformer of %d layers, %d heads and width %d (%,d trained numbers), trained with Heed
                on %s for %d of %d steps.

                | | loss, nats a token |
                | --- | --- |
                | training | %.4f |
                | validation | %.4f |

                It was made by `%s`, which is this configuration:

                ```yaml
                %s```
                """.formatted(
                        config.name(),
                        transformer.config().layers(),
                        transformer.config().heads(),
                        transformer.config().width(),
                        transformer.trainedParameters(),
                        String.join(", ", config.data().train()),
                        evaluation.step(),
                        config.training().steps(),
                        evaluation.trainingLoss(),
                        evaluation.validationLoss(),
                        command,
                        ConfigReader.write(config));
    }
}
