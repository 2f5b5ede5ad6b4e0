package io.heed.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.heed.Home;
import io.heed.Json;
import io.heed.Shell;
import io.heed.cli.options.ModelsOption;
import io.heed.cli.print.RunsTable;
import io.heed.cli.print.SweepProgress;
import io.heed.cli.program.CommandLineProgram;
import io.heed.cli.program.Failures;
import io.heed.cli.terminal.Interruption;
import io.heed.config.Grid;
import io.heed.run.PastRun;
import io.heed.run.RunSummary;
import io.heed.text.Plural;
import io.heed.text.Visible;
import io.heed.train.TrainingRun;
import io.heed.train.sweep.Sweep;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heed sweep}: every combination of some settings, trained and compared. */
@Command(
        name = "sweep",
        description = "Train every combination of some settings, one after the other, and report the best.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Each run has a folder in models/NAME-sweep, so heed runs NAME-sweep lists them. Run again, the same command"
                    + " trains what is missing: it skips complete runs and resumes interrupted ones.",
            "Ctrl-C finishes the step, saves and exits with code 130. Exit code 1 if every run failed.",
            "",
            "  heed sweep configs/toy.yaml --grid training.batch=16,32 --grid training.learning_rate=0.002,0.004"
        })
@SuppressWarnings("NullAway.Init")
final class SweepCommand implements Callable<Integer>, CommandLineProgram.Computing {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "CONFIG", description = "A YAML file, such as configs/toy.yaml.")
    private Path config;

    @Option(
            names = "--grid",
            required = true,
            paramLabel = "KEY=VALUE,VALUE…",
            description = "A setting and its values. May be repeated; every combination is trained.")
    private List<String> grid = new ArrayList<>();

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Override a setting in all runs, as in --set training.batch=8. May be repeated.")
    private List<String> overrides = new ArrayList<>();

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Number of steps of each run; short for --set training.steps=N.")
    private @Nullable Integer steps;

    @Mixin
    private ModelsOption models;

    @Option(names = "--top", paramLabel = "K", description = "Show only the best K runs.")
    private @Nullable Integer top;

    @Option(names = "--json", description = "Print the runs, the best first, as one JSON object.")
    private boolean json;

    /**
     * The result of a sweep.
     *
     * @param folder where its runs are
     * @param interrupted whether combinations are left to train
     * @param best the settings of the run with the lowest validation loss
     * @param runs the runs, the best first
     */
    record Swept(Path folder, boolean interrupted, Optional<List<String>> best, List<OneOf> runs) {}

    /**
     * A run of a sweep.
     *
     * @param set its settings from the grid
     * @param failure why it failed; null if it did not
     * @param run its summary
     */
    record OneOf(
            List<String> set,
            @Nullable String failure,
            @JsonUnwrapped RunSummary run) {}

    /** The outcome of a run; a failure does not keep the others from being trained. */
    private record Outcome(
            Sweep.Run run, PastRun past, @Nullable String failure) {

        double loss() {
            return failure == null ? past.bestLoss().orElse(Double.POSITIVE_INFINITY) : Double.POSITIVE_INFINITY;
        }

        OneOf ofSweep() {
            return new OneOf(run.settings(), failure, past.summary());
        }

        String remark() {
            return failure == null ? "" : "failed: " + Visible.text(failure);
        }
    }

    @Override
    public Integer call() {
        if (top != null && top < 1) {
            throw new ParameterException(spec.commandLine(), "--top %d shows nothing; give 1 or more".formatted(top));
        }
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Sweep sweep = Sweep.plan(Home.find(config), settings(), Grid.of(grid), TrainingCommand::found, models.folder());
        List<Outcome> outcomes = new ArrayList<>();
        int code;
        try (Interruption interruption = Interruption.orTermination();
                SweepProgress progress = new SweepProgress(err, sweep.runs().size())) {
            for (Sweep.Run run : sweep.runs()) {
                if (!interruption.requested()) {
                    outcomes.add(train(run, progress, interruption));
                }
            }
            code = interruption.code();
        }
        outcomes.sort(Comparator.comparingDouble(Outcome::loss).thenComparing(outcome -> outcome.failure != null));
        Optional<Outcome> best = outcomes.stream().findFirst().filter(first -> Double.isFinite(first.loss()));
        List<Outcome> shown = top == null ? outcomes : outcomes.subList(0, Math.min(top, outcomes.size()));
        if (json) {
            out.println(Json.line(swept(sweep, best, shown, code != 0)));
        } else {
            print(best, shown, code != 0, out);
        }
        boolean allFailed = outcomes.stream().allMatch(outcome -> outcome.failure != null);
        return code == 0 && allFailed ? 1 : code;
    }

    /** The settings common to all runs. */
    private List<String> settings() {
        Stream<String> ofSteps = steps == null ? Stream.empty() : Stream.of("training.steps=" + steps);
        return Stream.concat(overrides.stream(), ofSteps).toList();
    }

    private Outcome train(Sweep.Run run, SweepProgress progress, Interruption interruption) {
        progress.next(run.config().name());
        try {
            if (run.isComplete()) {
                PastRun past = run.past();
                progress.ended("best validation loss %.4f, already complete"
                        .formatted(past.bestLoss().orElse(Double.NaN)));
                return new Outcome(run, past, null);
            }
            TrainingRun.Result result = run.train(alone(run), progress, interruption::requested);
            progress.ended(
                    result.interrupted()
                            ? "stopped after %d of %d steps in %.1f s"
                                    .formatted(result.steps(), result.planned(), result.seconds())
                            : "best validation loss %.4f after %s in %.1f s"
                                    .formatted(
                                            result.bestValidationLoss(),
                                            Plural.plain(result.steps(), "step"),
                                            result.seconds()));
            return new Outcome(run, run.past(), null);
        } catch (RuntimeException e) { // the next combination may do better
            String failure = Failures.sentence(e);
            progress.ended("failed: " + failure);
            return new Outcome(run, run.past(), failure);
        }
    }

    /** The command that trains a run by itself. */
    private String alone(Sweep.Run run) {
        List<String> words = new ArrayList<>(List.of("heed", "train", config.toString()));
        Stream.of(settings(), run.settings(), List.of("name=" + run.config().name()))
                .flatMap(List::stream)
                .forEach(setting -> words.addAll(List.of("--set", setting)));
        return Shell.line(words);
    }

    private void print(Optional<Outcome> best, List<Outcome> shown, boolean interrupted, PrintWriter out) {
        if (!shown.isEmpty()) {
            RunsTable.print(
                    shown.stream().map(Outcome::past).toList(),
                    shown.stream().map(Outcome::remark).toList(),
                    out);
        }
        best.ifPresent(outcome -> out.println("best: " + Shell.line(options(outcome))));
        if (interrupted) {
            out.println("continue with: " + Shell.line(again()));
        }
    }

    private static List<String> options(Outcome outcome) {
        return outcome.run.settings().stream()
                .flatMap(setting -> Stream.of("--set", setting))
                .toList();
    }

    private List<String> again() {
        return Stream.concat(Stream.of("heed"), spec.commandLine().getParseResult().originalArgs().stream())
                .toList();
    }

    private static Swept swept(Sweep sweep, Optional<Outcome> best, List<Outcome> shown, boolean interrupted) {
        return new Swept(
                sweep.folder(),
                interrupted,
                best.map(outcome -> outcome.run.settings()),
                shown.stream().map(Outcome::ofSweep).toList());
    }
}
