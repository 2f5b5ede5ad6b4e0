package io.heed.cli;

import io.heed.Home;
import io.heed.Shell;
import io.heed.cli.options.ModelsOption;
import io.heed.cli.print.JsonEvents;
import io.heed.cli.print.ProgressPrinter;
import io.heed.cli.print.RunEnd;
import io.heed.cli.print.TrainingPrinter;
import io.heed.cli.program.CommandLineProgram;
import io.heed.cli.terminal.Interruption;
import io.heed.config.RunConfig;
import io.heed.run.RunCheckpoint;
import io.heed.run.RunFolder;
import io.heed.text.TextFiles;
import io.heed.text.Visible;
import io.heed.train.RunChecks;
import io.heed.train.TrainingRun;
import io.heed.train.TrainingSite;
import io.heed.watch.Watcher;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What the commands that train have in common: a configuration or a run to resume, and how they report. */
@SuppressWarnings("NullAway.Init")
public abstract class TrainingCommand implements Callable<Integer>, CommandLineProgram.Computing {

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
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Override a setting, as in --set training.steps=200. May be repeated.")
    private List<String> overrides = new ArrayList<>();

    @Mixin
    private ModelsOption models;

    @Option(
            names = "--json",
            description = "Print one JSON object per event: watched (with --watch), started, found (the loss before"
                    + " training, with model.from), evaluated, warned, saved, exchanged (after a round of several workers), stepped (after 10 s without"
                    + " another event), and the result.")
    private boolean json;

    private @Nullable RunConfig read;

    /** The command as picocli sees it. */
    protected CommandSpec spec() {
        return spec;
    }

    /** Whether an existing run is to be resumed or replaced. */
    protected boolean touchesRun() {
        return resume != null || overwrite;
    }

    /** Whether to print JSON. */
    protected boolean json() {
        return json;
    }

    /** The folder of the models. */
    protected Path models() {
        return models.folder();
    }

    /** The words that start the command. */
    protected List<String> words() {
        return List.of("heed", "train");
    }

    /** The settings that the command line replaces. */
    protected List<String> overrides() {
        return List.copyOf(overrides);
    }

    /** What is checked before a run starts. */
    protected RunChecks checks() {
        return new RunChecks(TrainingCommand::found, models(), false);
    }

    /** Refuses options that exclude each other. */
    protected void requireUsage() {
        if ((config == null) == (resume == null)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "give either CONFIG, such as configs/toy.yaml, or --resume RUN, such as models/mine");
        }
        if (resume != null && overwrite) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--overwrite starts a run over and --resume continues it: give one of them");
        }
    }

    /** The configuration, which is read once. */
    protected RunConfig config() {
        RunConfig known = read;
        if (known == null) {
            known = checks().require(Home.find(Objects.requireNonNull(config)), overrides());
            read = known;
        }
        return known;
    }

    /**
     * Reads the configuration and checks it, and that the run may start or resume, before anything is waited for.
     *
     * @param settings further checks of the configuration
     */
    protected void requireRun(Consumer<RunConfig> settings) {
        if (resume != null) {
            settings.accept(RunCheckpoint.read(resume).about().resumed(resume, overrides(), warning -> {}));
            return;
        }
        settings.accept(config());
        if (!overwrite) {
            RunFolder.requireFree(models().resolve(config().name()));
        }
    }

    /** Trains to the end, or until interrupted, and returns the exit code. */
    protected int train(TrainingSite site) {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try (Interruption interruption = Interruption.orTermination();
                TrainingPrinter printer = json ? new JsonEvents(out) : new ProgressPrinter(err)) {
            TrainingRun.Result result = run(site, printer, interruption::requested);
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

    /** Trains to the end, or until interrupted. */
    protected TrainingRun.Result run(TrainingSite site, TrainingPrinter printer, BooleanSupplier interrupted) {
        return run(site, Watcher.of(printer, interrupted));
    }

    /** Trains to the end, or as long as a watcher wishes. */
    protected TrainingRun.Result run(TrainingSite site, Watcher watcher) {
        return resume != null
                ? TrainingRun.resume(site, resume, overrides(), watcher)
                : TrainingRun.begin(site, config(), Shell.line(command(config)), models.folder(), overwrite, watcher);
    }

    /** Trains the same anew, with another seed, in place of the run before. */
    protected TrainingRun.Result restart(TrainingSite site, long seed, Watcher watcher) {
        Path folder = runFolder().toAbsolutePath().normalize();
        RunConfig again = resume != null ? RunCheckpoint.read(resume).about().read(overrides()) : config();
        List<String> command = command(resume != null ? folder.resolve("training/config.yaml") : config);
        command.addAll(List.of("--set", "seed=" + seed));
        return TrainingRun.begin(
                site,
                again.withSeed(seed).withName(String.valueOf(folder.getFileName())),
                Shell.line(command),
                Objects.requireNonNull(folder.getParent()),
                true,
                watcher);
    }

    /** The folder of the run. */
    protected Path runFolder() {
        return resume != null ? resume : models.folder().resolve(config().name());
    }

    /** The number of frames that the run keeps. */
    protected int frames() {
        RunConfig known = resume != null ? RunCheckpoint.read(resume).about().read(overrides()) : config();
        return known.training().frames();
    }

    /** Replaces a setting, as if the command line had. */
    protected void set(String override) {
        overrides.add(override);
        read = null;
    }

    /** The command that trains with a configuration. */
    private List<String> command(@Nullable Path file) {
        List<String> command = new ArrayList<>(words());
        command.add(String.valueOf(file));
        overrides().forEach(override -> command.addAll(List.of("--set", override)));
        return command;
    }

    /** Finds the texts that ship with Heed from any directory. */
    static RunConfig found(RunConfig run) {
        RunConfig.Data data = run.data();
        return run.withData(new RunConfig.Data(
                data.train().stream().map(TextFiles::found).toList(),
                data.validation().stream().map(TextFiles::found).toList(),
                data.validationFraction(),
                data.format()));
    }

    /** Prints how a run ended. */
    static void print(PrintWriter out, RunEnd end) {
        end.summary().forEach(line -> out.println(Visible.text(line)));
    }
}
