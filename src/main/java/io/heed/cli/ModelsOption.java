package io.heed.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where models are. */
@SuppressWarnings("NullAway.Init")
final class ModelsOption {

    @Option(
            names = "--models",
            paramLabel = "DIR",
            defaultValue = "models",
            description = "The folder that models are in. Default: ${DEFAULT-VALUE}.")
    private Path folder;

    /** What was chosen. */
    Path folder() {
        return folder;
    }
}
