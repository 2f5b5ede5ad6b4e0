package io.heed.cli.options;

import io.heed.Home;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.model.WeightFormat;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments shared by all commands that use a model: which one, where to compute, and how to keep it. */
@SuppressWarnings("NullAway.Init")
public final class ModelChoice {

    @Parameters(index = "0", paramLabel = "MODEL", description = "A model folder, such as models/toy.")
    private Path folder;

    @Mixin
    private DeviceOption device;

    @Option(
            names = "--weights",
            paramLabel = "FORMAT",
            defaultValue = "auto",
            description = "How to keep the weights in memory: ${COMPLETION-CANDIDATES}. bfloat16 takes half as much as"
                    + " float32. int8 takes about a quarter and writes fastest, on an x86-64 CPU only; such a model has"
                    + " no maps. Default: ${DEFAULT-VALUE}, float32 unless that would fill half the memory and the"
                    + " folder has bfloat16.")
    private WeightFormat weights;

    /** Returns the model's folder. */
    public Path folder() {
        return Home.find(folder);
    }

    /** Returns what the model is called: the name of its folder. */
    public String name() {
        return String.valueOf(folder().toAbsolutePath().normalize().getFileName());
    }

    /** Loads a model of another folder in the same way; the caller closes it. */
    public LanguageModel read(Path other) {
        return ModelFolder.read(other, device.choice().resolve(), weights);
    }

    /** Loads a translation model for the calling thread and prints its notes; the caller closes it. */
    public LanguageModel loadTranslator(PrintWriter err) {
        return device.loadTranslator(folder, weights, err);
    }

    /** Loads the model for the calling thread and prints its notes; the caller closes it. */
    public LanguageModel load(PrintWriter err) {
        return device.load(folder, weights, err);
    }
}
