package io.heed.cli;

import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.kernels.EngineThreads;
import io.heed.model.DeviceChoice;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where to compute. */
@SuppressWarnings("NullAway.Init")
final class DeviceOption {

    @Option(
            names = "--device",
            defaultValue = "auto",
            description = "Where to compute: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private DeviceChoice device;

    /** What was chosen. */
    DeviceChoice choice() {
        return device;
    }

    /** Loads a model there, which the caller closes, for the thread that calls. */
    LanguageModel load(Path folder) {
        Path found = Home.find(folder);
        if (ModelFolder.weights(found) < EngineThreads.WORTH_SHARING) {
            EngineThreads.limit(1);
        }
        return ModelFolder.read(found, device.resolve());
    }
}
