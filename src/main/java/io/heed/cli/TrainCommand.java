package io.heed.cli;

import io.heed.Home;
import io.heed.Shell;
import io.heed.cli.options.ModelsOption;
import io.heed.cli.print.JsonEvents;
import io.heed.cli.print.ProgressPrinter;
import io.heed.cli.print.RateTestPrinter;
import io.heed.cli.print.RunEnd;
import io.heed.cli.print.TrainingPrinter;
import io.heed.cli.terminal.Interruption;
import io.heed.config.RunConfig;
import io.heed.run.Progress;
import io.heed.text.TextFiles;
import io.heed.text.Visible;
import io.heed.train.RunChecks;
import io.heed.train.TrainingRun;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heed train}: text in, model folder out. */
@Command(
        name = "train",
        description = "Train a transformer on a text, following a configuration.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The best model goes to models/NAME, the latest and the metrics to models/NAME/training.",
            "Ctrl-C finishes the step, saves and exits with code 130; a second one exits at once.",
            "",
            "  heed train configs/toy.yaml --set name=mine",
            "  heed train configs/toy.yaml --set name=ours --set data.train=my-text.txt",
            "  heed train configs/toy.yaml --set data.train=my-text.txt --find-learning-rate",
            "  heed train --resume models/mine",
            "  heed train --resume models/mine --set training.steps=2000",
            "  heed train configs/toy.yaml --set name=mine --overwrite"
        })
@SuppressWarnings("NullAway.Init")
final class TrainCommand implements Callable<Integer>, Heed.Computing {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "CONFIG", arity = "0..1", description = "A YAML file, such as configs/toy.yaml.")
    private @Nullable Path config;

    @Option(
            names = "--resume",
            paramLabel = "RUN",
            description = "Resume a run, such as models/mine, exactly where it stopped.")
    private @Nullable Path resume;

    @Option(
            names = "--overwrite",
            description = "Start over, replacing an existing model or unfinished run of that name.")
    private boolean overwrite;

    @Option(
            names = "--find-learning-rate",
            description =
                    "Instead of training, take up to 100 steps at rates that grow until the loss explodes, and suggest rates.")
    private boolean findRate;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Override a setting, as in --set training.steps=200. May be repeated.")
    private List<String> overrides = new ArrayList<>();

    @Mixin
    private ModelsOption models;

    @Option(
            names = "--json",
            description = "Print one JSON object per event: started, found (the loss before training, with model.from),"
                    + " evaluated, warned, saved, stepped (after 10 s without another event), and the result;"
                    + " with --find-learning-rate, one object with the points and the suggestion.")
    private boolean json;

    @Override
    public Integer call() {
        if ((config == null) == (resume == null)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "give either CONFIG, such as configs/toy.yaml, or --resume RUN, such as models/mine");
        }
        if (resume != null && overwrite) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--overwrite starts a run over and --resume continues it: give one of them");
        }
        if (findRate && (resume != null || overwrite)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "--find-learning-rate tests CONFIG's rates and touches no run: omit --resume and --overwrite");
        }
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (findRate) {
            return new RateTestPrinter(out, err, json).run(config(), models.folder());
        }
        try (Interruption interruption = Interruption.orTermination();
                TrainingPrinter printer = json ? new JsonEvents(out) : new ProgressPrinter(err)) {
            TrainingRun.Result result = run(printer, interruption::requested);
            RunEnd end = RunEnd.of(result);
            printer.ended(end);
            if (!json) {
                printer.close(); // ends the bar first
                print(out, end);
                out.println("next:");
                end.next().forEach(command -> out.println("  " + Visible.text(command)));
            }
            return result.interrupted() ? interruption.code() : 0;
        }
    }

    private TrainingRun.Result run(Progress progress, BooleanSupplier interrupted) {
        if (resume != null) {
            return TrainingRun.resume(resume, overrides, progress, interrupted);
        }
        List<String> command = new ArrayList<>(List.of("heed", "train", String.valueOf(config)));
        overrides.forEach(override -> command.addAll(List.of("--set", override)));
        return TrainingRun.begin(config(), Shell.line(command), models.folder(), overwrite, progress, interrupted);
    }

    private RunConfig config() {
        return new RunChecks(TrainCommand::found, models.folder(), false)
                .require(Home.find(Objects.requireNonNull(config)), overrides);
    }

    /** Finds the texts that ship with Heed from any directory. */
    static RunConfig found(RunConfig run) {
        RunConfig.Data data = run.data();
        return run.withData(new RunConfig.Data(
                data.train().stream().map(TrainCommand::found).toList(),
                data.validation().stream().map(TrainCommand::found).toList(),
                data.validationFraction(),
                data.format()));
    }

    /** The name of texts: of a file, of a folder, or a pattern. */
    private static String found(String texts) {
        String own = Home.folder().resolve(".").toString().replaceFirst("\\.$", "") + texts;
        return !TextFiles.any(texts) && TextFiles.any(own) ? own : texts;
    }

    /** Prints how a run ended. */
    static void print(PrintWriter out, RunEnd end) {
        end.summary().forEach(line -> out.println(Visible.text(line)));
    }

    /** Trains with a bar on stderr until done or Ctrl-C; starts an earlier run of that name over. */
    static TrainingRun.Result train(RunConfig run, String command, Path models, PrintWriter err) {
        try (Interruption interruption = new Interruption();
                ProgressPrinter printer = new ProgressPrinter(err)) {
            return TrainingRun.begin(run, command, models, true, printer, interruption::requested);
        }
    }
}
