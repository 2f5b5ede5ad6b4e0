package io.heed.cli.options;

import io.heed.Home;
import io.heed.checkpoint.LanguageModel;
import io.heed.model.DeviceChoice;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The arguments shared by all commands that use a model: which one, and where to compute. */
@SuppressWarnings("NullAway.Init")
public final class ModelChoice {

    @Parameters(index = "0", paramLabel = "MODEL", description = "A model folder, such as models/toy.")
    private Path folder;

    @Mixin
    private DeviceOption device;

    /** Returns the model's folder. */
    public Path folder() {
        return Home.find(folder);
    }

    /** Returns where to compute. */
    public DeviceChoice device() {
        return device.choice();
    }

    /** Loads a translation model for the calling thread and prints its notes; the caller closes it. */
    public LanguageModel loadTranslator(PrintWriter err) {
        return device.loadTranslator(folder, err);
    }

    /** Loads the model for the calling thread and prints its notes; the caller closes it. */
    public LanguageModel load(PrintWriter err) {
        return device.load(folder, err);
    }
}
