package io.heed.cli;

import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.model.DeviceChoice;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments of every command that reads with a model: which one, and where to compute. */
@SuppressWarnings("NullAway.Init")
final class ModelChoice {

    @Parameters(index = "0", paramLabel = "MODEL", description = "A model folder, such as models/toy.")
    private Path folder;

    @Option(
            names = "--device",
            defaultValue = "auto",
            description = "Where to compute: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private DeviceChoice device;

    /** The model's folder. */
    Path folder() {
        return Home.find(folder);
    }

    /** Where to compute. */
    DeviceChoice device() {
        return device;
    }

    /** Loads the model, which the caller closes. */
    LanguageModel load() {
        return ModelFolder.read(Home.find(folder), device.resolve());
    }
}
