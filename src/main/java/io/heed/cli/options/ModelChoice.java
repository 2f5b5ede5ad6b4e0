package io.heed.cli.options;

import io.heed.Home;
import io.heed.checkpoint.LanguageModel;
import io.heed.model.DeviceChoice;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The arguments of every command that reads with a model: which one, and where to compute. */
@SuppressWarnings("NullAway.Init")
public final class ModelChoice {

    @Parameters(index = "0", paramLabel = "MODEL", description = "A model folder, such as models/toy.")
    private Path folder;

    @Mixin
    private DeviceOption device;

    /** The model's folder. */
    public Path folder() {
        return Home.find(folder);
    }

    /** Where to compute. */
    public DeviceChoice device() {
        return device.choice();
    }

    /** Loads a model that translates, which the caller closes, for the thread that calls; says what is to be known of it. */
    public LanguageModel loadTranslator(PrintWriter err) {
        return device.loadTranslator(folder, err);
    }

    /** Loads the model, which the caller closes, for the thread that calls; says what is to be known of it. */
    public LanguageModel load(PrintWriter err) {
        return device.load(folder, err);
    }
}
