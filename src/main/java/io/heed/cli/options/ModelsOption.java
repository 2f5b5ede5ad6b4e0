package io.heed.cli.options;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where models are. */
@SuppressWarnings("NullAway.Init")
public final class ModelsOption {

    @Option(
            names = "--models",
            paramLabel = "DIR",
            defaultValue = "models",
            description = "The folder that models are in. Default: ${DEFAULT-VALUE}.")
    private Path folder;

    /** What was chosen. */
    public Path folder() {
        return folder;
    }
}
