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
            description = "The folder of the models. Default: ${DEFAULT-VALUE}.")
    private Path folder;

    /** Returns the chosen folder. */
    public Path folder() {
        return folder;
    }
}
