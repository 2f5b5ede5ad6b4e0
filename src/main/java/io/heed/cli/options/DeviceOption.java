package io.heed.cli.options;

import io.heed.Home;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.kernels.EngineThreads;
import io.heed.model.DeviceChoice;
import io.heed.model.WeightFormat;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where to compute. */
@SuppressWarnings("NullAway.Init")
public final class DeviceOption {

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = "auto",
            description = "Where to compute: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private DeviceChoice device;

    /** Returns the chosen device. */
    DeviceChoice choice() {
        return device;
    }

    /** Loads a model there for the calling thread and prints its notes; the caller closes it. */
    public LanguageModel load(Path folder, PrintWriter err) {
        return load(folder, WeightFormat.AUTO, err);
    }

    /** Does the same with a translation model. */
    public LanguageModel loadTranslator(Path folder, PrintWriter err) {
        return loadTranslator(folder, WeightFormat.AUTO, err);
    }

    LanguageModel load(Path folder, WeightFormat weights, PrintWriter err) {
        return told(ModelFolder.read(prepared(folder), device.resolve(), weights), err);
    }

    LanguageModel loadTranslator(Path folder, WeightFormat weights, PrintWriter err) {
        return told(ModelFolder.readTranslator(prepared(folder), device.resolve(), weights), err);
    }

    /** Prints the notes on a model. */
    public static LanguageModel told(LanguageModel model, PrintWriter err) {
        model.notes().forEach(note -> err.println("heed: " + note));
        return model;
    }

    private static Path prepared(Path folder) {
        Path found = Home.find(folder);
        if (ModelFolder.weights(found) < EngineThreads.WORTH_SHARING) {
            EngineThreads.limit(1);
        }
        return found;
    }
}
