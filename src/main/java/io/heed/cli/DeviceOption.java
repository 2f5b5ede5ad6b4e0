package io.heed.cli;

import io.heed.Home;
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
        return ModelFolder.read(prepared(folder), device.resolve());
    }

    /** Does the same with a model that translates. */
    LanguageModel loadTranslator(Path folder) {
        return ModelFolder.readTranslator(prepared(folder), device.resolve());
    }

    private static Path prepared(Path folder) {
        Path found = Home.find(folder);
        if (ModelFolder.weights(found) < EngineThreads.WORTH_SHARING) {
            EngineThreads.limit(1);
        }
        return found;
    }
}
