package io.heed.cli;

import io.heed.train.ConfigReader;
import io.heed.train.RunConfig;
import io.heed.train.TrainingRun;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heed train}: text in, model folder out. */
@Command(
        name = "train",
        description = "Train a transformer on a text, as a configuration says.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The best model goes to models/NAME, the latest and the metrics to models/NAME/training.",
            "Ctrl-C finishes the step, saves and leaves with exit code 130.",
            "",
            "  heed train configs/toy.yaml",
            "  heed train configs/toy.yaml --set name=mine --set data.train=my-text.txt"
        })
@SuppressWarnings("NullAway.Init")
final class TrainCommand implements Callable<Integer> {

    /** What the shell expects of a program that ended on Ctrl-C: 128 and the signal's number. */
    static final int INTERRUPTED = 130;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "CONFIG", description = "A YAML file, such as configs/toy.yaml.")
    private Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Replace a setting of the configuration, as in --set training.steps=200. May be repeated.")
    private List<String> overrides = new ArrayList<>();

    @Option(
            names = "--models",
            paramLabel = "DIR",
            defaultValue = "models",
            description = "The folder that models are in. Default: ${DEFAULT-VALUE}.")
    private Path models;

    @Option(names = "--json", description = "Print the result as one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        RunConfig run = found(ConfigReader.read(Home.find(config), overrides));
        PrintWriter out = spec.commandLine().getOut();
        StringBuilder command = new StringBuilder("heed train ").append(config);
        overrides.forEach(override -> command.append(" --set ").append(override));
        TrainingRun.Result result =
                train(run, command.toString(), models, spec.commandLine().getErr());
        if (json) {
            out.println(Json.line(Map.of(
                    "folder", result.folder().toString(),
                    "steps", result.steps(),
                    "best_validation_loss", result.bestValidationLoss(),
                    "seconds", result.seconds(),
                    "interrupted", result.interrupted())));
        } else {
            print(out, result);
        }
        return result.interrupted() ? INTERRUPTED : 0;
    }

    /** Finds the texts that came with Heed from any directory. */
    private static RunConfig found(RunConfig run) {
        RunConfig.Data data = run.data();
        return run.withData(new RunConfig.Data(
                data.train().stream().map(Home::find).toList(),
                data.validation().stream().map(Home::find).toList(),
                data.validationFraction(),
                data.format()));
    }

    /** Tells how a run ended. */
    static void print(PrintWriter out, TrainingRun.Result result) {
        out.printf(
                Locale.ROOT,
                "%s: validation loss %.4f after %d steps in %.1f s%n",
                result.folder(),
                result.bestValidationLoss(),
                result.steps(),
                result.seconds());
    }

    /** Trains with a bar on stderr and Ctrl-C heard. */
    static TrainingRun.Result train(RunConfig run, String command, Path models, PrintWriter err) {
        try (Interruption interruption = new Interruption();
                ProgressPrinter printer =
                        new ProgressPrinter(err, run.training().steps())) {
            return new TrainingRun(run, command, models, printer, interruption::requested).run();
        }
    }
}
